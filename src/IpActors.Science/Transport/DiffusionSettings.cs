namespace IpActors.Science.Transport;

/// <summary>Where the diffusive regime is looked for and when D is refused.</summary>
/// <param name="FitFrom">First lag of the fit as a fraction of the run; kept within <paramref name="EarliestPs"/> and <paramref name="LatestStartPs"/>.</param>
/// <param name="FitTo">Last lag of the fit as a fraction of the run.</param>
/// <param name="EarliestPs">No fit starts before this lag: vibration and rattling in the cage are over (ps).</param>
/// <param name="LatestStartPs">No fit starts later than this for being a fraction of a long run (ps).</param>
/// <param name="Lags">Lags in the fit, evenly spaced in the logarithm.</param>
/// <param name="HopLengthA">l, the distance between neighbouring sites (Å): the measure of "one hop".</param>
/// <param name="MinimumHops">D is refused where the growth of the squared displacement over the run, summed over the atoms, is under this number of l².</param>
/// <param name="CollectiveOf">The walker is the sum of so many ions' displacements over the root of their number: a jump of l moves it l / (this)^½.</param>
/// <param name="JumpsOneByOne">Ions jump between sites, so n jumps count to n^-1/2 at best: no error below D n^-1/2. False for continuous motion.</param>
public sealed record DiffusionSettings(double FitFrom = 0.05, double FitTo = 0.4, double EarliestPs = 0.5, double LatestStartPs = 2, int Lags = 12, double HopLengthA = 2.8, double MinimumHops = 3, bool JumpsOneByOne = true, int CollectiveOf = 1);

/// <summary>
/// D (cm²/s) with its 68 % half width, or the reason why there is none; always a 95 % upper bound. All numbers finite.
/// </summary>
/// <param name="D">Diffusion coefficient, null where refused.</param>
/// <param name="StandardError">Half width of the 68 % interval (Student's factor included).</param>
/// <param name="UpperBound95">One-sided 95 % upper bound.</param>
/// <param name="Refusal">Why there is no D.</param>
/// <param name="Hops">Σ_i growth of |Δr_i|² over the run in units of l²: how much transport the run has seen.</param>
/// <param name="Windows">Independent windows in the run: the estimator's variance over one time origin in units of its variance over the run.</param>
/// <param name="VibrationA2">Intercept of the fit, the part of MSD that is no transport.</param>
/// <param name="Subdiffusive">The slope of the later half of the window is lower than that of the earlier by more than twice its error: the regime is not yet diffusive, D is an upper estimate.</param>
public sealed record DiffusionEstimate(double? D, double StandardError, double UpperBound95, string? Refusal, int Dimensions, double Hops, double Windows, double VibrationA2, double FitFromPs, double FitToPs, bool Subdiffusive);
