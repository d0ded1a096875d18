namespace EServices.Catalogue.Search.Engine;

/// <summary>Slips of the finger: letters left out, put in, changed, or swapped with their neighbour.</summary>
internal static class Slips
{
    /// <summary>How many make the one word of the other (Damerau's distance, each letter touched once); anything above <paramref name="most"/> is told as one more.</summary>
    public static int Between(ReadOnlySpan<char> one, ReadOnlySpan<char> other, int most)
    {
        if (Math.Abs(one.Length - other.Length) > most || one.Length > Words.LongestWord || other.Length > Words.LongestWord)
            return most + 1;
        Span<int> rows = stackalloc int[3 * (Words.LongestWord + 1)];
        var width = other.Length + 1;
        var before = rows[..width];
        var above = rows.Slice(Words.LongestWord + 1, width);
        var row = rows.Slice(2 * (Words.LongestWord + 1), width);
        for (var j = 0; j < width; j++)
            above[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var least = row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var cost = Math.Min(above[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1), Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    cost = Math.Min(cost, before[j - 2] + 1);
                row[j] = cost;
                least = Math.Min(least, cost);
            }
            // A swap can still reach back over one row.
            if (least > most + 1)
                return most + 1;
            var spare = before;
            before = above;
            above = row;
            row = spare;
        }
        return Math.Min(above[width - 1], most + 1);
    }
}
