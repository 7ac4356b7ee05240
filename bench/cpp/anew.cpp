// pagmo's hypervolumes, each computed anew: V(front + candidate) - V(front) for every candidate; pagmo minimises, so the signs are turned.
//   g++ -O3 -march=native anew.cpp -lpagmo -lboost_serialization -ltbb -o anew && ./anew front.csv candidates.csv
// Prints milliseconds of CPU and the sum of all improvements.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>
#include <pagmo/utils/hv_algos/hv_hv3d.hpp>
#include <pagmo/utils/hypervolume.hpp>

static std::vector<std::vector<double>> read(const char* name) {
    std::vector<std::vector<double>> points;
    std::ifstream in(name);
    for (std::string line; std::getline(in, line);) {
        std::replace(line.begin(), line.end(), ',', ' ');
        std::istringstream s(line);
        std::vector<double> p(3);
        for (double& v : p) { s >> v; v = -v; }
        points.push_back(p);
    }
    return points;
}

int main(int, char** a) {
    const auto front = read(a[1]), candidates = read(a[2]);
    const std::vector<double> reference{0, 0, 0};
    pagmo::hv3d algorithm(true);
    const auto start = std::clock();
    const double volume = pagmo::hypervolume(front, false).compute(reference, algorithm);
    double total = 0;
    for (const auto& c : candidates) {
        auto all = front;
        all.push_back(c);
        total += pagmo::hypervolume(std::move(all), false).compute(reference, algorithm) - volume;
    }
    std::printf("%.17g %.17g\n", 1e3 * (std::clock() - start) / CLOCKS_PER_SEC, total);
}
