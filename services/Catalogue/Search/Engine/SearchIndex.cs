using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// The index in this process. A query is answered in two steps: the postings of everything that its words may mean give every service a rough score (BM25F, each word at its
/// closest meaning, services that have more of what was said first); then the best of them are read closely, phrase by phrase (<see cref="CloseReading"/>).
/// Nothing that was typed makes it look at more than a bounded number of words, and each of those costs at most one pass over the services that have it.
/// </summary>
internal sealed class SearchIndex : ISearchIndex
{
    /// <summary>Read closely. The same whatever is asked for, so that pages of one answer agree.</summary>
    private const int Candidates = 128;

    /// <summary>Among the first so many a variant goes behind its original.</summary>
    private const int MostPutBehind = 10;

    /// <summary>A word that so many services have is taken at its word: others that sound like it would add nothing but time.</summary>
    private const int CommonShare = 24;

    private readonly SearchableService[] services;
    private readonly int[] originals;
    private readonly Lexicon lexicon;
    private readonly Postings postings;
    private readonly FacetTable facets;
    private readonly Interpretation interpretation;
    private readonly CloseReading reading;
    private readonly Marking marking;
    private readonly ConcurrentBag<Scratch> spare = [];

    internal SearchIndex(
        SearchableService[] services, int[] originals, Concepts concepts, Lexicon lexicon, int[] conceptKeys, bool[] functionWords, Postings postings, PhraseBook phrases,
        FacetTable facets)
    {
        (this.services, this.originals, this.lexicon, this.postings, this.facets) = (services, originals, lexicon, postings, facets);
        interpretation = new Interpretation(lexicon, concepts, conceptKeys, functionWords, postings);
        reading = new CloseReading(phrases, postings, originals, functionWords, lexicon.Count);
        marking = new Marking(lexicon, concepts, conceptKeys, functionWords);
    }

    public int Count => services.Length;

    /// <summary>How many different words it knows.</summary>
    public int WordCount => lexicon.Count;

    /// <param name="services">In any order; of two with one id the first counts.</param>
    /// <param name="concepts">Words that mean the same.</param>
    /// <param name="parts">In how many parts they are read at a time, which changes nothing in the index; 0 for as many as it is worth.</param>
    public static SearchIndex Build(IReadOnlyList<SearchableService> services, IReadOnlyList<Concept> concepts, int parts = 0)
    {
        var sorted = services.ToArray();
        Array.Sort(sorted, (one, other) => string.CompareOrdinal(one.Id, other.Id));
        return IndexBuilder.Build(sorted, new Concepts(concepts), parts > 0 ? parts : IndexBuilder.PartsFor(sorted.Length));
    }

    public SearchAnswer Find(SearchQuery query)
    {
        if (!spare.TryTake(out var scratch))
            scratch = new Scratch(services.Length, postings.TermCount);
        var answer = Find(query, scratch);
        scratch.Clear();
        spare.Add(scratch);
        return answer;
    }

    private SearchAnswer Find(SearchQuery query, Scratch scratch)
    {
        var count = interpretation.Of(query.Text, scratch.Words, scratch.Asides);
        var words = CollectionsMarshal.AsSpan(scratch.Words)[..count];
        for (var at = 0; at < words.Length; at++)
            Score(words[at], at, scratch);

        var filter = facets.Filter(query);
        var total = Choose(words, filter, scratch);
        if (total == 0)
            return new SearchAnswer([], 0, null, query.WithFacets ? facets.Count(scratch.Touched, filter) : null);

        scratch.Learn(words);
        for (var at = 0; at < scratch.ChosenCount; at++)
            scratch.Chosen[at].Score = reading.Score(scratch.Chosen[at].Service, scratch.Chosen[at].Score, words, scratch, out scratch.Chosen[at].Said);
        Array.Sort(scratch.Chosen, 0, scratch.ChosenCount, Candidate.BestFirst);
        PutOriginalsFirst(scratch.Chosen.AsSpan(0, scratch.ChosenCount));

        var hits = new List<SearchHit>(Math.Min(query.Most, total));
        for (var at = query.Skip; at < scratch.ChosenCount && hits.Count < query.Most; at++)
            hits.Add(Hit(scratch.Chosen[at], query, scratch));
        if (hits.Count < query.Most && total > scratch.ChosenCount)
            AddRest(hits, filter, query, scratch);
        return new SearchAnswer(hits, total, DidYouMean(query.Text, words), query.WithFacets ? facets.Count(scratch.Touched, filter) : null);
    }

    /// <summary>A variant that answers no more of what was said than the service it is of comes after it, whatever its name is like.</summary>
    private void PutOriginalsFirst(Span<Candidate> chosen)
    {
        for (var at = 0; at < Math.Min(chosen.Length, MostPutBehind); at++)
        {
            var original = originals[chosen[at].Service];
            for (var behind = at + 1; original >= 0 && behind < chosen.Length; behind++)
            {
                if (chosen[behind].Service != original)
                    continue;
                if (chosen[behind].Said >= chosen[at].Said)
                {
                    var moved = chosen[behind] with { Score = chosen[at].Score };
                    chosen[at..behind].CopyTo(chosen[(at + 1)..]);
                    chosen[at] = moved;
                }
                break;
            }
        }
    }

    private void Score(QueryWord word, int place, Scratch scratch)
    {
        var (bit, stamp) = (1u << place, place + 1);
        var common = word.Exact >= 0 && postings.Count(word.Exact) > services.Length / CommonShare;
        var standings = scratch.Standings;
        for (var meaning = 0; meaning < word.Count; meaning++)
        {
            var term = word.Terms[meaning];
            if (common && term != word.Exact && term < lexicon.Count)
                continue;
            var worth = word.Closeness[meaning] * word.Rarity / 255;
            var having = postings.Services(term);
            var impacts = postings.Impacts(term)[..having.Length];
            for (var at = 0; at < having.Length; at++)
            {
                ref var standing = ref standings[having[at]];
                var score = worth * impacts[at];
                if (standing.Word != stamp)
                {
                    if (standing.Matched == 0)
                        scratch.Touch(having[at]);
                    (standing.Word, standing.Best) = (stamp, score);
                    standing.Total += score;
                    standing.Matched |= bit;
                }
                else if (score > standing.Best)
                {
                    standing.Total += score - standing.Best;
                    standing.Best = score;
                }
            }
        }
    }

    /// <summary>Keeps the best by rough score for close reading; tells how many matched at all.</summary>
    private int Choose(ReadOnlySpan<QueryWord> words, FacetFilter filter, Scratch scratch)
    {
        scratch.WeighMasks(words);
        var total = 0;
        foreach (var service in scratch.Touched)
        {
            if (!facets.Has(service, filter))
                continue;
            total++;
            scratch.Offer(new Candidate(service, Rough(scratch.Standings[service], scratch)), Candidates);
        }
        return total;
    }

    private static float Rough(in Standing standing, Scratch scratch)
    {
        var said = scratch.Share(standing.Matched);
        return standing.Total * (0.2f + (0.8f * said * said));
    }

    /// <summary>Who goes on reading long after the best gets the others by their rough scores.</summary>
    private void AddRest(List<SearchHit> hits, FacetFilter filter, SearchQuery query, Scratch scratch)
    {
        var chosen = new HashSet<int>();
        for (var at = 0; at < scratch.ChosenCount; at++)
            chosen.Add(scratch.Chosen[at].Service);
        var rest = new List<Candidate>();
        foreach (var service in scratch.Touched)
        {
            if (facets.Has(service, filter) && !chosen.Contains(service))
                rest.Add(new Candidate(service, Rough(scratch.Standings[service], scratch)));
        }
        rest.Sort(Candidate.BestFirst);
        // Below everything that was read closely.
        var scale = Math.Max(scratch.Chosen[scratch.ChosenCount - 1].Score, 0) * 0.999 / Math.Max(rest[0].Score, float.Epsilon);
        foreach (var candidate in rest.Skip(Math.Max(0, query.Skip - scratch.ChosenCount)).Take(query.Most - hits.Count))
            hits.Add(Hit(candidate, query, scratch) with { Score = candidate.Score * scale });
    }

    private SearchHit Hit(Candidate candidate, SearchQuery query, Scratch scratch)
    {
        var service = services[candidate.Service];
        if (!query.WithMarks)
            return new SearchHit(service.Id, candidate.Score);
        return new SearchHit(
            service.Id, candidate.Score, marking.Of(service.Names.GetValueOrDefault(query.Language, ""), scratch),
            marking.Of(service.Descriptions.GetValueOrDefault(query.Language, ""), scratch));
    }

    private string? DidYouMean(string text, ReadOnlySpan<QueryWord> words)
    {
        StringBuilder? corrected = null;
        var from = 0;
        foreach (var word in words)
        {
            if (word.Corrected < 0 || word.Start < from)
                continue;
            corrected ??= new StringBuilder();
            corrected.Append(text, from, word.Start - from).Append(lexicon.Text(word.Corrected));
            from = word.Start + word.Length;
        }
        return corrected?.Append(text, from, Math.Min(text.Length, from + 200) - from).ToString().Trim();
    }
}
