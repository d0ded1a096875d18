namespace EServices.Catalogue.Search.Engine;

/// <summary>For each term, and after the terms for each concept, the services that have it, in order, and how much it says of each of them.</summary>
internal sealed class Postings
{
    private readonly int[] from;
    private readonly int[] services;
    private readonly byte[] impacts;
    private readonly float[] rarity;
    private readonly PostingList[] collected;

    /// <summary>Knows how many services have each term; which they are, only after <see cref="Fill"/>.</summary>
    /// <param name="collected">Services of a later list come after those of an earlier one.</param>
    public Postings(int terms, int serviceCount, PostingList[] collected)
    {
        this.collected = collected;
        ServiceCount = serviceCount;
        from = new int[terms + 1];
        foreach (var list in collected)
        {
            foreach (var term in list.Terms)
                from[term + 1]++;
        }
        for (var term = 0; term < terms; term++)
            from[term + 1] += from[term];
        services = GC.AllocateUninitializedArray<int>(from[terms]);
        impacts = GC.AllocateUninitializedArray<byte>(from[terms]);
        rarity = new float[terms];
        for (var term = 0; term < terms; term++)
            rarity[term] = Rarity(Count(term), serviceCount);
    }

    public int ServiceCount { get; }

    /// <summary>Of terms and concepts together.</summary>
    public int TermCount => rarity.Length;

    public int Count(int term) => from[term + 1] - from[term];

    /// <summary>By how many services each of the first terms is had.</summary>
    public int[] Counts(int terms)
    {
        var counts = new int[terms];
        for (var term = 0; term < terms; term++)
            counts[term] = Count(term);
        return counts;
    }

    public void Fill()
    {
        var next = from.AsSpan(0, TermCount).ToArray();
        foreach (var list in collected)
        {
            var terms = list.Terms;
            var of = list.Services;
            var says = list.Impacts;
            for (var at = 0; at < terms.Length; at++)
            {
                var to = next[terms[at]]++;
                services[to] = of[at];
                impacts[to] = says[at];
            }
        }
        Array.Clear(collected);
    }

    public ReadOnlySpan<int> Services(int term) => services.AsSpan(from[term], Count(term));

    /// <summary>In 255ths.</summary>
    public ReadOnlySpan<byte> Impacts(int term) => impacts.AsSpan(from[term], Count(term));

    public float RarityOf(int term) => rarity[term];

    /// <summary>The inverse document frequency, never 0.</summary>
    public static float Rarity(double having, int of) => (float)Math.Log(1.15 + (of / (having + 0.5)));
}

/// <summary>Postings as they are collected, service by service.</summary>
/// <param name="expected">How many there may be; there may be more.</param>
internal sealed class PostingList(int expected)
{
    private int[] terms = GC.AllocateUninitializedArray<int>(expected + 16);
    private int[] services = GC.AllocateUninitializedArray<int>(expected + 16);
    private byte[] impacts = GC.AllocateUninitializedArray<byte>(expected + 16);

    public int Count { get; private set; }

    public ReadOnlySpan<int> Terms => terms.AsSpan(0, Count);

    public ReadOnlySpan<int> Services => services.AsSpan(0, Count);

    public ReadOnlySpan<byte> Impacts => impacts.AsSpan(0, Count);

    public void Add(int term, int service, byte impact)
    {
        if (Count == terms.Length)
        {
            Array.Resize(ref terms, Count * 2);
            Array.Resize(ref services, Count * 2);
            Array.Resize(ref impacts, Count * 2);
        }
        (terms[Count], services[Count], impacts[Count]) = (term, service, impact);
        Count++;
    }

    /// <param name="termOf">For each term its number among those of all lists; null where they are the same.</param>
    /// <param name="termCount">Of all lists; concepts are numbered after them.</param>
    public void Renumber(int[]? termOf, int termCount)
    {
        foreach (ref var term in terms.AsSpan(0, Count))
            term = term < 0 ? termCount + ~term : termOf is null ? term : termOf[term];
    }
}
