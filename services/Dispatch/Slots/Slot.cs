using System.Globalization;

namespace EServices.Dispatch.Slots;

/// <summary>One operator's window. Its id says all of it: <c>slt_{operator}_{yyyyMMddTHHmm}</c>, the begin in UTC.</summary>
internal readonly record struct Slot(string OperatorId, DateTimeOffset StartsAt)
{
    private const string Prefix = "slt_";
    private const string Format = "yyyyMMdd'T'HHmm";

    public string Id => $"{Prefix}{OperatorId}_{StartsAt.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}";

    public static bool TryParse(string? id, out Slot slot)
    {
        slot = default;
        if (id is null || id.Length > 200 || !id.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var mark = id.LastIndexOf('_');
        if (mark <= Prefix.Length || !DateTimeOffset.TryParseExact(
                id.AsSpan(mark + 1), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return false;
        slot = new Slot(id[Prefix.Length..mark], at);
        return true;
    }
}

/// <param name="Day">The date in the state.</param>
internal readonly record struct Window(DateOnly Day, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    public bool Overlaps(DateTimeOffset startsAt, DateTimeOffset endsAt) => StartsAt < endsAt && startsAt < EndsAt;
}
