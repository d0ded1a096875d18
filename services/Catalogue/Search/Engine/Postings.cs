namespace EServices.Catalogue.Search.Engine;

/// <summary>For each term, and after the terms for each concept, the services that have it, in order, and how much it says of each of them.</summary>
internal sealed class Postings
{
    private readonly int[] from;
    private readonly int[] services;
    private readonly byte[] impacts;
    private readonly float[] rarity;

    public Postings(int terms, int serviceCount, PostingList collected)
    {
        ServiceCount = serviceCount;
        from = new int[terms + 1];
        foreach (var term in collected.Terms)
            from[term + 1]++;
        for (var term = 0; term < terms; term++)
            from[term + 1] += from[term];
        services = new int[collected.Count];
        impacts = new byte[collected.Count];
        var next = from.AsSpan(0, terms).ToArray();
        for (var at = 0; at < collected.Count; at++)
        {
            var to = next[collected.Terms[at]]++;
            services[to] = collected.Services[at];
            impacts[to] = collected.Impacts[at];
        }
        rarity = new float[terms];
        for (var term = 0; term < terms; term++)
            rarity[term] = Rarity(Count(term), serviceCount);
    }

    public int ServiceCount { get; }

    /// <summary>Of terms and concepts together.</summary>
    public int TermCount => rarity.Length;

    public int Count(int term) => from[term + 1] - from[term];

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
    private int[] terms = new int[expected + 16];
    private int[] services = new int[expected + 16];
    private byte[] impacts = new byte[expected + 16];

    public int Count { get; private set; }

    public Span<int> Terms => terms.AsSpan(0, Count);

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
}
