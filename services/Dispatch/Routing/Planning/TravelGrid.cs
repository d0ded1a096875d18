using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>Travel as the solver reads it: what can't be travelled is so far that no day is long enough.</summary>
internal sealed class TravelGrid
{
    public TravelGrid(TravelTimes travel)
    {
        Allocate(travel, travel.Count);
    }

    public int[] Seconds { get; private set; } = [];

    public int[] Metres { get; private set; } = [];

    public int Stride { get; private set; }

    public int Places { get; private set; }

    /// <summary>Takes in the place that was just added to <paramref name="travel"/>.</summary>
    public void AddPlace(TravelTimes travel)
    {
        if (Places == Stride)
        {
            Allocate(travel, Stride + (Stride / 8) + 16);
            return;
        }
        var place = Places++;
        for (var other = 0; other < place; other++)
        {
            Put(place, other, travel);
            Put(other, place, travel);
        }
        Put(place, place, travel);
    }

    /// <summary>A matrix with its directions exchanged: the ways into a place stand in one row, where a search that tries many places before it finds them near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int[] Turned(int[] matrix)
    {
        const int Block = 64;
        var turned = new int[matrix.Length];
        for (var rows = 0; rows < Stride; rows += Block)
        {
            for (var columns = 0; columns < Stride; columns += Block)
            {
                for (var row = rows; row < Math.Min(rows + Block, Stride); row++)
                {
                    for (var column = columns; column < Math.Min(columns + Block, Stride); column++)
                        turned[(column * Stride) + row] = matrix[(row * Stride) + column];
                }
            }
        }
        return turned;
    }

    private void Allocate(TravelTimes travel, int stride)
    {
        (Places, Stride) = (travel.Count, Math.Max(1, stride));
        (Seconds, Metres) = (new int[Stride * Stride], new int[Stride * Stride]);
        travel.Write(Seconds, Metres, Stride, Problem.Far);
    }

    private void Put(int from, int to, TravelTimes travel)
    {
        var seconds = travel.Seconds(from, to);
        Seconds[(from * Stride) + to] = seconds < 0 ? Problem.Far : seconds;
        Metres[(from * Stride) + to] = seconds < 0 ? Problem.Far : travel.Metres(from, to);
    }
}
