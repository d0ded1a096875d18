namespace EServices.Dispatch.Places;

/// <summary>Degrees, WGS 84.</summary>
internal readonly record struct Point(double Latitude, double Longitude)
{
    private const double EarthKm = 6371.0088;

    /// <summary>Kilometres along the great circle (haversine).</summary>
    public double KmTo(Point other)
    {
        var (here, there) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var north = Math.Sin((there - here) / 2);
        var east = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        return 2 * EarthKm * Math.Asin(Math.Min(1, Math.Sqrt((north * north) + (Math.Cos(here) * Math.Cos(there) * east * east))));
    }
}
