using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing;

/// <summary>
/// Travel between places, each direction by itself: flat matrices of whole seconds and whole metres, read by place index. Places are numbers only, so that no
/// address enters a plan. A pair of which either figure is negative can't be travelled. Not safe for writing while others read.
/// </summary>
public sealed class TravelTimes
{
    /// <summary>What stands in both matrices where there is no way.</summary>
    public const int Unreachable = -1;

    /// <summary>The longest way that counts as one: seven days, or as many metres. Longer ones are treated as unreachable, so that sums stay within an <see cref="int"/>.</summary>
    public const int Longest = 7 * 86_400;

    private const int LongestMetres = 50_000_000;

    private int[] _seconds;
    private int[] _metres;

    /// <param name="places">How many places there are.</param>
    /// <param name="seconds">Seconds from place <c>i</c> to place <c>j</c> at <c>[i * places + j]</c>.</param>
    /// <param name="metres">Metres, laid out alike.</param>
    /// <exception cref="ArgumentException">A matrix isn't <paramref name="places"/> squared long.</exception>
    public TravelTimes(int places, int[] seconds, int[] metres)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(places);
        if (seconds.LongLength != (long)places * places || metres.LongLength != (long)places * places)
            throw new ArgumentException($"{places} places need matrices of {(long)places * places} numbers, not {seconds.LongLength} seconds and {metres.LongLength} metres.");
        (Count, Stride, _seconds, _metres) = (places, places, seconds, metres);
    }

    /// <summary>How many places there are: their indices are 0 to this, exclusive.</summary>
    public int Count { get; private set; }

    /// <summary>How far apart rows lie in the matrices; more than <see cref="Count"/> where room is kept for places to come.</summary>
    internal int Stride { get; private set; }

    /// <summary>Whether one can get from one place to the other.</summary>
    public bool Reaches(int from, int to) => Seconds(from, to) >= 0;

    /// <summary>Seconds from one place to another; <see cref="Unreachable"/> where there is no way. From a place to itself there is always one, of no time.</summary>
    public int Seconds(int from, int to)
    {
        if (from == to)
            return 0;
        var (seconds, metres) = (_seconds[(from * Stride) + to], _metres[(from * Stride) + to]);
        return seconds is < 0 or > Longest || metres is < 0 or > LongestMetres ? Unreachable : seconds;
    }

    /// <summary>Metres from one place to another; <see cref="Unreachable"/> where there is no way.</summary>
    public int Metres(int from, int to) => from == to ? 0 : Seconds(from, to) < 0 ? Unreachable : _metres[(from * Stride) + to];

    /// <summary>Adds a place by its ways to and from every other, and gives its index. Amortized linear in the number of places.</summary>
    /// <exception cref="ArgumentException">The ways aren't to and from as many places as there are.</exception>
    public int Add(PlaceTravel ways)
    {
        if (ways.Count != Count)
            throw new ArgumentException($"The new place knows its ways to {ways.Count} places, but there are {Count}.", nameof(ways));
        if (Count == Stride)
            Grow();
        var place = Count++;
        for (var other = 0; other < place; other++)
        {
            (_seconds[(place * Stride) + other], _metres[(place * Stride) + other]) = (ways.SecondsTo[other], ways.MetresTo[other]);
            (_seconds[(other * Stride) + place], _metres[(other * Stride) + place]) = (ways.SecondsFrom[other], ways.MetresFrom[other]);
        }
        return place;
    }

    /// <summary>The ways of a place that is known already.</summary>
    public PlaceTravel Of(int place)
    {
        var ways = new PlaceTravel(new int[Count], new int[Count], new int[Count], new int[Count]);
        for (var other = 0; other < Count; other++)
        {
            (ways.SecondsTo[other], ways.MetresTo[other]) = (Seconds(place, other), Metres(place, other));
            (ways.SecondsFrom[other], ways.MetresFrom[other]) = (Seconds(other, place), Metres(other, place));
        }
        return ways;
    }

    /// <summary>Writes all ways into matrices with rows of <paramref name="stride"/>, and <paramref name="missing"/> where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Write(int[] seconds, int[] metres, int stride, int missing)
    {
        for (var from = 0; from < Count; from++)
        {
            ReadOnlySpan<int> givenSeconds = _seconds.AsSpan(from * Stride, Count), givenMetres = _metres.AsSpan(from * Stride, Count);
            Span<int> rowSeconds = seconds.AsSpan(from * stride, Count), rowMetres = metres.AsSpan(from * stride, Count);
            for (var to = 0; to < givenSeconds.Length; to++)
            {
                var known = (uint)givenSeconds[to] <= Longest && (uint)givenMetres[to] <= LongestMetres;
                (rowSeconds[to], rowMetres[to]) = known ? (givenSeconds[to], givenMetres[to]) : (missing, missing);
            }
            rowSeconds[from] = rowMetres[from] = 0;
        }
    }

    /// <summary>A copy that can grow by itself.</summary>
    public TravelTimes Copy() => new(_seconds, _metres, Count, Stride);

    private TravelTimes(int[] seconds, int[] metres, int count, int stride) =>
        (_seconds, _metres, Count, Stride) = ((int[])seconds.Clone(), (int[])metres.Clone(), count, stride);

    private void Grow()
    {
        var stride = Math.Max(16, Stride + (Stride / 4) + 8);
        var (seconds, metres) = (new int[stride * stride], new int[stride * stride]);
        for (var row = 0; row < Count; row++)
        {
            Array.Copy(_seconds, row * Stride, seconds, row * stride, Count);
            Array.Copy(_metres, row * Stride, metres, row * stride, Count);
        }
        (_seconds, _metres, Stride) = (seconds, metres, stride);
    }
}

/// <summary>The ways between one place and all others by index: to them and from them, in whole seconds and metres; negative where there is none.</summary>
public sealed record PlaceTravel(int[] SecondsTo, int[] SecondsFrom, int[] MetresTo, int[] MetresFrom)
{
    public int Count => SecondsTo.Length == SecondsFrom.Length && SecondsTo.Length == MetresTo.Length && SecondsTo.Length == MetresFrom.Length
        ? SecondsTo.Length
        : throw new ArgumentException("The four lists of a place's ways differ in length.");
}
