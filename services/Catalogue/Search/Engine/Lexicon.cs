namespace EServices.Catalogue.Search.Engine;

/// <summary>Every word of the index, each found by its letters, its beginning, its skeleton, and its skeleton with a consonant missing.</summary>
internal sealed class Lexicon
{
    /// <summary>Of two letters so many words may begin with them; each costs a nanosecond.</summary>
    private const int MostBeginnings = 8192;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> termOf;
    private readonly string[] texts;
    private readonly string[] stems;
    private readonly Script[] scripts;
    private readonly int[] soundsFrom;
    private readonly byte[] sounds;
    private readonly int[] inOrder;
    private readonly string[] textsInOrder;
    private readonly int[] countsInOrder;
    private readonly KeyedLists members;
    private readonly KeyedLists shortened;

    public Lexicon(Dictionary<string, int> terms, string[] texts, string[] stems, Script[] scripts, int[] soundsFrom, byte[] sounds, int[] counts)
    {
        (this.texts, this.stems, this.scripts, this.soundsFrom, this.sounds) = (texts, stems, scripts, soundsFrom, sounds);
        termOf = terms.GetAlternateLookup<ReadOnlySpan<char>>();
        inOrder = new int[texts.Length];
        for (var term = 0; term < texts.Length; term++)
            inOrder[term] = term;
        textsInOrder = [.. texts];
        Array.Sort(textsInOrder, inOrder, StringComparer.Ordinal);
        countsInOrder = Array.ConvertAll(inOrder, term => counts[term]);
        members = Members(counts);
        shortened = Shortened(counts);
    }

    public int Count => texts.Length;

    public string Text(int term) => texts[term];

    public string Stem(int term) => stems[term];

    public Script ScriptOf(int term) => scripts[term];

    public ReadOnlySpan<byte> SoundsOf(int term) => sounds.AsSpan(soundsFrom[term], soundsFrom[term + 1] - soundsFrom[term]);

    public int Find(ReadOnlySpan<char> folded) => termOf.TryGetValue(folded, out var term) ? term : -1;

    /// <summary>Of the words that begin so the commonest, as many as there is room for; told is how many.</summary>
    public int BeginningWith(string beginning, Span<int> room)
    {
        var at = Array.BinarySearch(textsInOrder, beginning, StringComparer.Ordinal);
        var from = at < 0 ? ~at : at;
        at = Array.BinarySearch(textsInOrder, beginning + char.MaxValue, StringComparer.Ordinal);
        var to = Math.Min(at < 0 ? ~at : at, from + MostBeginnings);
        var told = 0;
        for (var place = from; place < to; place++)
        {
            var count = countsInOrder[place];
            if (told == room.Length && count <= countsInOrder[room[told - 1]])
                continue;
            var into = told < room.Length ? told++ : told - 1;
            for (; into > 0 && countsInOrder[room[into - 1]] < count; into--)
                room[into] = room[into - 1];
            room[into] = place;
        }
        for (var place = 0; place < told; place++)
            room[place] = inOrder[room[place]];
        return told;
    }

    /// <summary>Words of one skeleton.</summary>
    public ReadOnlySpan<int> Like(ulong skeleton) => members.Of(skeleton);

    /// <summary>Words whose skeleton is this one after it lost one consonant.</summary>
    public ReadOnlySpan<int> LikeShortened(ulong skeleton) => shortened.Of(skeleton);

    /// <summary>Words whose skeleton begins so.</summary>
    public ReadOnlySpan<int> LikeBeginning(ulong skeleton, int length, int most) => members.Between(skeleton, Skeleton.LastFrom(skeleton, length), most);

    private KeyedLists Members(int[] counts)
    {
        var (keys, values) = (new List<ulong>(texts.Length + 16), new List<int>(texts.Length + 16));
        Span<ulong> own = stackalloc ulong[Skeleton.MostKeys];
        for (var term = 0; term < texts.Length; term++)
        {
            var count = Skeleton.KeysOf(SoundsOf(term), texts[term], stems[term], scripts[term], own);
            for (var key = 0; key < count; key++)
            {
                keys.Add(own[key]);
                values.Add(term);
            }
        }
        return new KeyedLists(keys, values, counts);
    }

    private KeyedLists Shortened(int[] counts)
    {
        var (keys, values) = (new List<ulong>(texts.Length * 6), new List<int>(texts.Length * 6));
        for (var at = 0; at < members.Count; at++)
        {
            var (key, list) = members.At(at);
            var length = Skeleton.Length(key);
            if (length < 3)
                continue;
            for (var place = 0; place < length; place++)
            {
                foreach (var term in list)
                {
                    keys.Add(Skeleton.Without(key, place));
                    values.Add(term);
                }
            }
        }
        return new KeyedLists(keys, values, counts);
    }
}

/// <summary>Lists by key, in two flat arrays; keys in order, so that a range of keys is a range of values.</summary>
internal sealed class KeyedLists
{
    private readonly ulong[] keys;
    private readonly int[] from;
    private readonly int[] values;

    public KeyedLists(List<ulong> keys, List<int> values, int[] counts)
    {
        var allKeys = keys.ToArray();
        this.values = values.ToArray();
        Array.Sort(allKeys, this.values);
        var (distinct, starts) = (new List<ulong>(), new List<int>());
        for (var at = 0; at < allKeys.Length; at++)
        {
            if (at > 0 && allKeys[at] == allKeys[at - 1])
                continue;
            distinct.Add(allKeys[at]);
            starts.Add(at);
        }
        starts.Add(allKeys.Length);
        (this.keys, from) = ([.. distinct], [.. starts]);
        // Who reads only the first of a long list reads the commonest words; and the same words are always met in the same order.
        for (var list = 0; list < this.keys.Length; list++)
            this.values.AsSpan(from[list], from[list + 1] - from[list]).Sort((one, other) => counts[one] != counts[other] ? counts[other].CompareTo(counts[one]) : one.CompareTo(other));
    }

    public int Count => keys.Length;

    public (ulong Key, int[] Values) At(int at) => (keys[at], values[from[at]..from[at + 1]]);

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
