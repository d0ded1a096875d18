using System.Runtime.InteropServices;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// A gap between two stops of a tour and all that an insertion asks of it, half a cache line. Leave is the earliest departure from what stands before,
/// <see cref="Problem.Far"/> or more if it can't be; Reach the latest arrival at what stands after, negative if it can't be; each with the break still to come (0) and
/// already taken (1).
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct TourGap
{
    /// <summary>Where the gap begins; it ends where the next one begins.</summary>
    public int Place;

    /// <summary>The way past it.</summary>
    public int Seconds;

    /// <summary>What that way costs without the operator's rate; that is what an insertion saves.</summary>
    public int Way;

    public int Leave0;
    public int Leave1;
    public int Reach0;
    public int Reach1;
}

/// <summary>A <see cref="Tour"/> as it stands, so that it is kept by a copy and put back by an exchange.</summary>
internal sealed class TourFrame
{
    public int Length { get; set; }

    /// <summary>Of all ways, in hundredths.</summary>
    public long Travel { get; set; }

    public long Cost { get; set; }

    public bool Feasible { get; set; } = true;

    public int[] Stops { get; private set; } = new int[8];

    /// <summary>One more than there are stops, and the end place.</summary>
    public TourGap[] Gaps { get; private set; } = new TourGap[10];

    public void CopyTo(TourFrame other)
    {
        if (other.Stops.Length < Stops.Length)
            other.Grow(Stops.Length);
        (other.Length, other.Travel, other.Cost, other.Feasible) = (Length, Travel, Cost, Feasible);
        Stops.AsSpan(0, Length).CopyTo(other.Stops);
        Gaps.AsSpan(0, Length + 2).CopyTo(other.Gaps);
    }

    /// <summary>Makes room for one more stop: what stands from a gap on moves, the gap itself is doubled.</summary>
    public void Open(int gap)
    {
        if (Length == Stops.Length)
            Grow(2 * Length);
        Move(gap, 1);
        Length++;
    }

    /// <summary>Takes out stops that follow each other; of the gaps around them the one after the last remains.</summary>
    public void Close(int position, int count)
    {
        Move(position + count, -count);
        Length -= count;
    }

    public void Grow(int size)
    {
        var (stops, gaps) = (Stops, Gaps);
        Array.Resize(ref stops, size);
        Array.Resize(ref gaps, size + 2);
        (Stops, Gaps) = (stops, gaps);
    }

    private void Move(int from, int by)
    {
        Stops.AsSpan(from, Length - from).CopyTo(Stops.AsSpan(from + by));
        Gaps.AsSpan(from, Length + 2 - from).CopyTo(Gaps.AsSpan(from + by));
    }
}
