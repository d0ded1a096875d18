namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// Builds the index. Many services are read in several parts at a time, then put together so that the index is the same however many parts there were.
/// </summary>
internal static class IndexBuilder
{
    /// <summary>Each part learns the words that all share anew, which is worth it only for many services.</summary>
    private const int LeastOfAPart = 8_192, MostParts = 4;

    public static int PartsFor(int services) => Math.Clamp(services / LeastOfAPart, 1, Math.Min(Environment.ProcessorCount, MostParts));

    /// <param name="services">In order of their ids.</param>
    /// <param name="count">In how many parts they are read; at least one.</param>
    public static SearchIndex Build(SearchableService[] services, Concepts concepts, int count)
    {
        var byId = new Dictionary<string, int>(services.Length, StringComparer.Ordinal);
        for (var at = 0; at < services.Length; at++)
            byId.TryAdd(services[at].Id, at);
        var originals = new int[services.Length];
        var parts = new IndexPart[count];
        Parallel.For(0, count, part =>
        {
            var (from, to) = ((int)((long)services.Length * part / count), (int)((long)services.Length * (part + 1) / count));
            var idOf = byId.GetAlternateLookup<ReadOnlySpan<char>>();
            var reading = parts[part] = new IndexPart(concepts, to - from);
            for (var at = from; at < to; at++)
            {
                var original = originals[at] = OriginalOf(services[at], services, idOf);
                reading.Add(at, services[at], original < 0 ? null : services[original]);
            }
        });
        return PutTogether(services, originals, concepts, parts);
    }

    private static SearchIndex PutTogether(SearchableService[] services, int[] originals, Concepts concepts, IndexPart[] parts)
    {
        var lexicon = parts[0].Lexicon;
        var termOf = new int[parts.Length][];
        for (var part = 1; part < parts.Length; part++)
            termOf[part] = lexicon.Take(parts[part].Lexicon);
        var terms = lexicon.Count;
        for (var part = 0; part < parts.Length; part++)
            parts[part].Postings.Renumber(termOf[part], terms);
        var postings = new Postings(terms + concepts.Count, services.Length, Array.ConvertAll(parts, part => part.Postings));
        var counts = postings.Counts(terms);

        Lexicon? words = null;
        var (conceptKeys, functionWords) = (Array.Empty<int>(), Array.Empty<bool>());
        FacetTable? facets = null;
        PhraseBook? book = null;
        Parallel.Invoke(
            () => (words, conceptKeys, functionWords) = lexicon.Build(counts),
            () =>
            {
                facets = new FacetTable(services);
                book = new PhraseBook(Array.ConvertAll(parts, part => part.Book), termOf);
            },
            postings.Fill);
        return new SearchIndex(services, originals, concepts, words!, conceptKeys, functionWords, postings, book!, facets!);
    }

    /// <summary>A pack names the variants of a service (its renewal, a duplicate) by the service's own id and what is asked. -1 where it is none.</summary>
    private static int OriginalOf(SearchableService service, SearchableService[] services, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> byId)
    {
        for (var cut = service.Id.LastIndexOf('-'); cut > 0; cut = service.Id.LastIndexOf('-', cut - 1))
        {
            if (byId.TryGetValue(service.Id.AsSpan(0, cut), out var original) && services[original].DepartmentId == service.DepartmentId)
                return original;
        }
        return -1;
    }
}
