// The peer of the box decomposition, written straightforwardly: hypervolume improvements of candidates (maximised, reference 0) over a front in three objectives.
//   g++ -O3 -march=native -ffast-math boxes.cpp -o boxes && ./boxes front.csv candidates.csv REPEATS
// Prints milliseconds of CPU a repeat (decomposition included) and the sum of all improvements.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

struct Point { double x, y, z; };
struct Box { double left, right, floor, bottom, top; };
struct Strip { double left, right, floor, top; };

static std::vector<Point> read(const char* name) {
    std::vector<Point> points;
    std::ifstream in(name);
    for (std::string line; std::getline(in, line);) {
        std::replace(line.begin(), line.end(), ',', ' ');
        std::istringstream s(line);
        Point p;
        s >> p.x >> p.y >> p.z;
        points.push_back(p);
    }
    return points;
}

// Down a sweep in z each point closes the strips of the xy plane that it covers.
static std::vector<Box> decompose(std::vector<Point> front) {
    const double inf = std::numeric_limits<double>::max();
    std::sort(front.begin(), front.end(), [](const Point& a, const Point& b) { return a.z > b.z; });
    std::vector<Strip> strips{{0, inf, 0, inf}}, next;
    std::vector<Box> boxes;
    for (const Point& p : front) {
        next.clear();
        double left = -1;
        auto close = [&] { if (left >= 0) { next.push_back({left, p.x, p.y, p.z}); left = -1; } };
        for (const Strip& s : strips) {
            if (s.floor >= p.y || s.left >= p.x) { close(); next.push_back(s); continue; }
            if (left < 0) left = s.left;
            boxes.push_back({s.left, std::min(s.right, p.x), s.floor, p.z, s.top});
            if (s.right > p.x) { close(); next.push_back({p.x, s.right, s.floor, s.top}); }
        }
        close();
        strips.swap(next);
    }
    for (const Strip& s : strips) boxes.push_back({s.left, s.right, s.floor, 0, s.top});
    return boxes;
}

int main(int, char** a) {
    auto front = read(a[1]), rows = read(a[2]);
    const int n = static_cast<int>(rows.size()), repeats = std::atoi(a[3]);
    std::vector<double> x(n), y(n), z(n), sum(n);
    for (int i = 0; i < n; i++) { x[i] = rows[i].x; y[i] = rows[i].y; z[i] = rows[i].z; }
    double total = 0;
    const auto start = std::clock();
    for (int r = 0; r < repeats; r++) {
        const auto boxes = decompose(front);
        std::fill(sum.begin(), sum.end(), 0.0);
        for (int from = 0; from < n; from += 1024) // candidates that stay in the nearest cache
            for (const Box& b : boxes)
                for (int i = from; i < std::min(from + 1024, n); i++)
                    sum[i] += std::max(0.0, std::min(x[i], b.right) - b.left) * std::max(0.0, y[i] - b.floor) * std::max(0.0, std::min(z[i], b.top) - b.bottom);
        total = 0;
        for (double v : sum) total += v;
    }
    std::printf("%.17g %.17g\n", 1e3 * (std::clock() - start) / CLOCKS_PER_SEC / repeats, total);
}
