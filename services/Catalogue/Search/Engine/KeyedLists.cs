namespace EServices.Catalogue.Search.Engine;

/// <summary>Lists by key, in two flat arrays; keys in order, so that a range of keys is a range of values.</summary>
internal sealed class KeyedLists(ulong[] keys, int[] from, int[] values)
{
    public ReadOnlySpan<int> Of(ulong key)
    {
        var at = Array.BinarySearch(keys, key);
        return at < 0 ? [] : values.AsSpan(from[at], from[at + 1] - from[at]);
    }

    public ReadOnlySpan<int> Between(ulong first, ulong last, int most)
    {
        var at = Array.BinarySearch(keys, first);
        var low = at < 0 ? ~at : at;
        at = Array.BinarySearch(keys, last);
        var high = at < 0 ? ~at : at + 1;
        return low >= high ? [] : values.AsSpan(from[low], Math.Min(most, from[high] - from[low]));
    }
}

/// <summary>Collects values in the order in which their lists shall have them.</summary>
/// <param name="expected">How many there may be; there may be more.</param>
internal sealed class KeyedListBuilder(int expected)
{
    /// <summary>Three consonants of a skeleton.</summary>
    private const int DigitBits = 15;

    private ulong[] keys = new ulong[expected];
    private int[] values = new int[expected];
    private int count;

    public void Add(ulong key, int value)
    {
        if (count == keys.Length)
        {
            Array.Resize(ref keys, Math.Max(16, count * 2));
            Array.Resize(ref values, keys.Length);
        }
        (keys[count], values[count]) = (key, value);
        count++;
    }

    public KeyedLists Build()
    {
        Sort();
        var distinct = 0;
        for (var at = 0; at < count; at++)
            distinct += at == 0 || keys[at] != keys[at - 1] ? 1 : 0;
        var (lists, from) = (new ulong[distinct], new int[distinct + 1]);
        distinct = 0;
        for (var at = 0; at < count; at++)
        {
            if (at == 0 || keys[at] != keys[at - 1])
                (lists[distinct], from[distinct++]) = (keys[at], at);
        }
        from[distinct] = count;
        return new KeyedLists(lists, from, values.AsSpan(0, count).ToArray());
    }

    /// <summary>By key, digit for digit from the lowest, which leaves the values of one key in their order.</summary>
    private void Sort()
    {
        var (otherKeys, otherValues) = (new ulong[count], new int[count]);
        var next = new int[1 << DigitBits];
        for (var shift = 0; shift < Skeleton.MostConsonants * Skeleton.Bits; shift += DigitBits)
        {
            Array.Clear(next);
            for (var at = 0; at < count; at++)
                next[Digit(keys[at], shift)]++;
            var sum = 0;
            for (var digit = 0; digit < next.Length; digit++)
                (next[digit], sum) = (sum, sum + next[digit]);
            for (var at = 0; at < count; at++)
            {
                var to = next[Digit(keys[at], shift)]++;
                (otherKeys[to], otherValues[to]) = (keys[at], values[at]);
            }
            (keys, otherKeys, values, otherValues) = (otherKeys, keys, otherValues, values);
        }
    }

    private static int Digit(ulong key, int shift) => (int)((key >> shift) & ((1UL << DigitBits) - 1));
}
