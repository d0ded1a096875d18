using System.Numerics;

namespace EServices.Catalogue.Search.Engine;

/// <summary>How a service stands while the words of a query are scored.</summary>
internal struct Standing
{
    public float Total;

    /// <summary>Of the word at hand, which is <see cref="Word"/>.</summary>
    public float Best;

    public int Word;

    /// <summary>A bit for each word of the query.</summary>
    public uint Matched;
}

internal record struct Candidate(int Service, float Score)
{
    /// <summary>How much of the query it answers, from 0 to 1, once it has been read closely.</summary>
    public float Said;

    /// <summary>Equal scores in order of ids, which is the order of services.</summary>
    public static readonly Comparer<Candidate> BestFirst = Comparer<Candidate>.Create((one, other) =>
        one.Score != other.Score ? other.Score.CompareTo(one.Score) : one.Service.CompareTo(other.Service));

    public readonly bool Below(Candidate other) => Score < other.Score || (Score == other.Score && Service > other.Service);
}

/// <summary>The memory of one query, kept for the next.</summary>
internal sealed class Scratch(int services, int terms)
{
    private readonly int[] touched = new int[services];
    private readonly float[] lowShares = new float[256];
    private readonly float[] highShares = new float[256];
    private readonly uint[] termWords = new uint[terms];
    private readonly float[] termCloseness = new float[terms];
    private readonly List<int> learnt = [];
    private int touchedCount;

    public List<QueryWord> Words { get; } = [];

    public List<QueryWord> Asides { get; } = [];

    public Standing[] Standings { get; } = new Standing[services];

    public ReadOnlySpan<int> Touched => touched.AsSpan(0, touchedCount);

    /// <summary>A heap with the worst on top until it is sorted.</summary>
    public Candidate[] Chosen { get; } = new Candidate[256];

    public int ChosenCount { get; private set; }

    /// <summary>For each word of the query its closest match within a phrase, and within a service.</summary>
    public float[] InPhrase { get; } = new float[Interpretation.MostWords];

    public float[] InService { get; } = new float[Interpretation.MostWords];

    public void Touch(int service) => touched[touchedCount++] = service;

    /// <summary>The words of the query that a term answers, a bit each; 0 for none.</summary>
    public uint WordsOf(int term, out float closeness)
    {
        closeness = termCloseness[term];
        return termWords[term];
    }

    public void Learn(ReadOnlySpan<QueryWord> words)
    {
        for (var place = 0; place < words.Length; place++)
        {
            var word = words[place];
            for (var meaning = 0; meaning < word.Count; meaning++)
            {
                var term = word.Terms[meaning];
                if (termWords[term] == 0)
                    learnt.Add(term);
                termWords[term] |= 1u << place;
                termCloseness[term] = Math.Max(termCloseness[term], word.Closeness[meaning]);
            }
        }
    }

    /// <summary>What share of the query's weight each set of its words has, in two tables.</summary>
    public void WeighMasks(ReadOnlySpan<QueryWord> words)
    {
        var all = 0f;
        foreach (var word in words)
            all += word.Rarity;
        all = Math.Max(all, float.Epsilon);
        Fill(lowShares, words[..Math.Min(8, words.Length)], all);
        Fill(highShares, words.Length > 8 ? words[8..] : [], all);
    }

    public float Share(uint matched) => lowShares[matched & 255] + highShares[matched >> 8 & 255];

    public void Offer(Candidate candidate, int most)
    {
        if (ChosenCount < most)
        {
            var at = ChosenCount++;
            for (; at > 0 && candidate.Below(Chosen[(at - 1) / 2]); at = (at - 1) / 2)
                Chosen[at] = Chosen[(at - 1) / 2];
            Chosen[at] = candidate;
            return;
        }
        if (!Chosen[0].Below(candidate))
            return;
        var place = 0;
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= ChosenCount)
                break;
            if (child + 1 < ChosenCount && Chosen[child + 1].Below(Chosen[child]))
                child++;
            if (!Chosen[child].Below(candidate))
                break;
            Chosen[place] = Chosen[child];
            place = child;
        }
        Chosen[place] = candidate;
    }

    public void Clear()
    {
        foreach (var service in Touched)
            Standings[service] = default;
        foreach (var term in learnt)
            (termWords[term], termCloseness[term]) = (0, 0);
        learnt.Clear();
        touchedCount = ChosenCount = 0;
    }

    private static void Fill(float[] shares, ReadOnlySpan<QueryWord> words, float all)
    {
        shares[0] = 0;
        for (var mask = 1; mask < 1 << words.Length; mask++)
            shares[mask] = shares[mask & (mask - 1)] + (words[BitOperations.TrailingZeroCount(mask)].Rarity / all);
    }
}
