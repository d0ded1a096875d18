namespace EServices.Dispatch.Routing.Travel;

/// <summary>Somewhere to go from or to.</summary>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="Terrain">The roads around this place, for estimates.</param>
public readonly record struct TravelPlace(double Latitude, double Longitude, Terrain Terrain)
{
    private const double EarthMetres = 6_371_008.8;

    /// <summary>False for coordinates that are nowhere on Earth: such a place is reached by nobody.</summary>
    public bool OnEarth => Math.Abs(Latitude) <= 90 && Math.Abs(Longitude) <= 180;

    /// <summary>Metres along the great circle (haversine on a sphere of the mean radius).</summary>
    public double MetresTo(TravelPlace other)
    {
        var (here, there) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var north = Math.Sin((there - here) / 2);
        var east = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        return 2 * EarthMetres * Math.Asin(Math.Min(1, Math.Sqrt((north * north) + (Math.Cos(here) * Math.Cos(there) * east * east))));
    }
}

/// <summary>How roads run where there is no map of them.</summary>
/// <param name="Detour">Length of the road over that of the great circle, at least 1.</param>
/// <param name="KmPerHour">Speed along the road, halts included; positive.</param>
public readonly record struct Terrain(double Detour, double KmPerHour);
