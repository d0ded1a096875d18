namespace EServices.Catalogue.Search.Engine;

/// <summary>Every word of the index, each found by its letters, its beginning, its skeleton, and its skeleton with a consonant missing.</summary>
internal sealed class Lexicon
{
    /// <summary>Of two letters so many words may begin with them; each costs a nanosecond.</summary>
    private const int MostBeginnings = 8192;

    private readonly WordTable words;
    private readonly WordForm[] forms;
    private readonly int[] soundsFrom;
    private readonly byte[] sounds;
    private readonly int[] inOrder;
    private readonly int[] countsInOrder;
    private readonly KeyedLists members;
    private readonly KeyedLists shortened;

    /// <param name="counts">By how many services each word is had.</param>
    public Lexicon(WordTable words, WordForm[] forms, int[] soundsFrom, byte[] sounds, ReadOnlySpan<int> counts)
    {
        (this.words, this.forms, this.soundsFrom, this.sounds) = (words, forms, soundsFrom, sounds);
        inOrder = InOrder(words);
        countsInOrder = new int[Count];
        for (var place = 0; place < Count; place++)
            countsInOrder[place] = counts[inOrder[place]];
        var (own, less) = (new KeyedListBuilder(Count + 16), new KeyedListBuilder(Count * 6));
        Span<ulong> keys = stackalloc ulong[Skeleton.MostKeys];
        Span<char> room = stackalloc char[Words.LongestWord + 1];
        // Who reads only the first of a long list reads the commonest words; and the same words are always met in the same order.
        foreach (var term in CommonestFirst(counts))
        {
            var found = Skeleton.KeysOf(SoundsOf(term), words[term].Length, forms[term].StemOf(words[term], room), forms[term].Script, keys);
            foreach (var key in keys[..found])
            {
                own.Add(key, term);
                var length = Skeleton.Length(key);
                for (var place = 0; place < length && length >= 3; place++)
                    less.Add(Skeleton.Without(key, place), term);
            }
        }
        (members, shortened) = (own.Build(), less.Build());
    }

    public int Count => forms.Length;

    public ReadOnlySpan<char> Text(int term) => words[term];

    public bool HasStem(int term, ReadOnlySpan<char> stem) => forms[term].HasStem(words[term], stem);

    public Script ScriptOf(int term) => forms[term].Script;

    public ReadOnlySpan<byte> SoundsOf(int term) => sounds.AsSpan(soundsFrom[term], soundsFrom[term + 1] - soundsFrom[term]);

    public int Find(ReadOnlySpan<char> folded) => words.Find(folded);

    /// <summary>Of the words that begin so the commonest, as many as there is room for; told is how many.</summary>
    /// <param name="beginning">At most <see cref="Words.LongestWord"/> long.</param>
    public int BeginningWith(ReadOnlySpan<char> beginning, Span<int> room)
    {
        Span<char> last = stackalloc char[Words.LongestWord + 1];
        beginning.CopyTo(last);
        last[beginning.Length] = char.MaxValue;
        var from = FirstFrom(beginning);
        var to = Math.Min(FirstFrom(last[..(beginning.Length + 1)]), from + MostBeginnings);
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

    /// <summary>The first place in order whose word is not before this one.</summary>
    private int FirstFrom(ReadOnlySpan<char> word)
    {
        var (low, high) = (0, inOrder.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (words[inOrder[middle]].SequenceCompareTo(word) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>By their letters: sorted by the first four as one number, then those that share them among themselves.</summary>
    private static int[] InOrder(WordTable words)
    {
        var (terms, beginnings) = (new int[words.Count], new ulong[words.Count]);
        for (var term = 0; term < terms.Length; term++)
        {
            terms[term] = term;
            var text = words[term];
            for (var at = 0; at < 4; at++)
                beginnings[term] = (beginnings[term] << 16) | (at < text.Length ? text[at] : '\0');
        }
        Array.Sort(beginnings, terms);
        Comparison<int> byLetters = (one, other) => words[one].SequenceCompareTo(words[other]);
        for (int from = 0, to; from < terms.Length; from = to)
        {
            for (to = from + 1; to < terms.Length && beginnings[to] == beginnings[from];)
                to++;
            if (to > from + 1)
                terms.AsSpan(from, to - from).Sort(byLetters);
        }
        return terms;
    }

    private static int[] CommonestFirst(ReadOnlySpan<int> counts)
    {
        var order = new ulong[counts.Length];
        for (var term = 0; term < order.Length; term++)
            order[term] = ((ulong)(int.MaxValue - counts[term]) << 32) | (uint)term;
        Array.Sort(order);
        return Array.ConvertAll(order, one => (int)(uint)one);
    }
}
