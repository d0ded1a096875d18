namespace EServices.Dispatch.Routing;

/// <summary>When a service may begin. Seconds from the day's start, both ends allowed; a service may end after <paramref name="Until"/>.</summary>
public readonly record struct TimeWindow(int From, int Until)
{
    public bool Holds(int second) => From <= second && second <= Until;

    public override string ToString() => $"{Clock.Of(From)}–{Clock.Of(Until)}";
}

/// <summary>Seconds of the day as people read them.</summary>
public static class Clock
{
    /// <summary><c>09:30</c>; with seconds only where there are some.</summary>
    public static string Of(int second)
    {
        var sign = second < 0 ? "-" : "";
        var whole = Math.Abs((long)second);
        return whole % 60 == 0
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sign}{whole / 3600:00}:{whole / 60 % 60:00}")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sign}{whole / 3600:00}:{whole / 60 % 60:00}:{whole % 60:00}");
    }
}
