namespace EServices.Catalogue.Search.Engine;

/// <summary>What services are counted and filtered by, one small number per service and facet.</summary>
internal sealed class FacetTable
{
    private static readonly (long From, long? To)[] FeeRanges = [(0, 0), (1, 5_000), (5_001, 20_000), (20_001, 100_000), (100_001, null)];
    private static readonly (long From, long? To)[] DayRanges = [(0, 3), (4, 7), (8, 15), (16, 30), (31, null)];

    private readonly string[] departments;
    private readonly string[] channels;
    private readonly int[] departmentOf;
    private readonly uint[] channelsOf;
    private readonly byte[] feeOf;
    private readonly byte[] daysOf;

    public FacetTable(SearchableService[] services)
    {
        departments = [.. services.Select(service => service.DepartmentId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        channels = [.. services.SelectMany(service => service.Channels).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).Take(32)];
        departmentOf = Array.ConvertAll(services, service => Array.BinarySearch(departments, service.DepartmentId, StringComparer.Ordinal));
        channelsOf = Array.ConvertAll(services, ChannelBits);
        feeOf = Array.ConvertAll(services, service => RangeOf(service.FeePaise, FeeRanges));
        daysOf = Array.ConvertAll(services, service => RangeOf(service.Days, DayRanges));
    }

    public FacetFilter Filter(SearchQuery query) => new(
        query.Department is { } department ? Math.Max(-2, Array.BinarySearch(departments, department, StringComparer.Ordinal) is >= 0 and var at ? at : -2) : -1,
        query.Channel is { } channel ? ChannelBit(channel) : uint.MaxValue, query.Channel is null);

    public bool Has(int service, FacetFilter filter) => HasDepartment(service, filter) && HasChannel(service, filter);

    public SearchFacets Count(ReadOnlySpan<int> found, FacetFilter filter)
    {
        var (byDepartment, byChannel, byFee, byDays) = (new int[departments.Length], new int[channels.Length], new int[FeeRanges.Length], new int[DayRanges.Length]);
        foreach (var service in found)
        {
            var (department, channel) = (HasDepartment(service, filter), HasChannel(service, filter));
            if (channel)
                byDepartment[departmentOf[service]]++;
            if (!department)
                continue;
            for (var bits = channelsOf[service]; bits != 0; bits &= bits - 1)
                byChannel[System.Numerics.BitOperations.TrailingZeroCount(bits)]++;
            if (!channel)
                continue;
            byFee[feeOf[service]]++;
            byDays[daysOf[service]]++;
        }
        return new SearchFacets(
            [.. Counts(departments, byDepartment).OrderByDescending(one => one.Count).ThenBy(one => one.Id, StringComparer.Ordinal)], [.. Counts(channels, byChannel)],
            Ranges(FeeRanges, byFee), Ranges(DayRanges, byDays));
    }

    private bool HasDepartment(int service, FacetFilter filter) => filter.Department == -1 || departmentOf[service] == filter.Department;

    private bool HasChannel(int service, FacetFilter filter) => filter.AnyChannel || (channelsOf[service] & filter.Channels) != 0;

    private uint ChannelBits(SearchableService service)
    {
        var bits = 0u;
        for (var at = 0; at < service.Channels.Count; at++)
            bits |= ChannelBit(service.Channels[at]);
        return bits;
    }

    private uint ChannelBit(string channel)
    {
        for (var at = 0; at < channels.Length; at++)
        {
            if (channels[at].Equals(channel, StringComparison.OrdinalIgnoreCase))
                return 1u << at;
        }
        return 0;
    }

    private static byte RangeOf(long value, (long From, long? To)[] ranges)
    {
        var at = ranges.Length - 1;
        while (at > 0 && value < ranges[at].From)
            at--;
        return (byte)at;
    }

    private static IEnumerable<FacetCount> Counts(string[] ids, int[] counts) => ids.Zip(counts, (id, count) => new FacetCount(id, count)).Where(one => one.Count > 0);

    private static FacetRange[] Ranges((long From, long? To)[] ranges, int[] counts) => [.. ranges.Zip(counts, (range, count) => new FacetRange(range.From, range.To, count))];
}

/// <param name="Department">-1 for any, -2 for one that no service has.</param>
internal readonly record struct FacetFilter(int Department, uint Channels, bool AnyChannel);
