namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// Collects what the index holds, service by service. How much a word says of a service is BM25F's (Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple weighted
/// fields", 2004): occurrences weighted by field and length are added up before they are saturated.
/// </summary>
internal sealed class IndexBuilder
{
    private const float InName = 8, InTag = 6, InSharedTag = 3.5f, InDepartment = 1.2f, InDescription = 1, Saturation = 4, DescriptionLength = 12;

    private readonly Concepts concepts;
    private readonly LexiconBuilder lexicon;
    private readonly PostingList postings;
    private readonly Dictionary<string, int> phraseOf = new(StringComparer.Ordinal);
    private readonly List<int> phraseFrom;
    private readonly List<int> phraseTerms;
    private readonly List<int> phraseConcepts;

    // All concepts of a phrase: one of its words may be in several.
    private readonly List<int> foundFrom;
    private readonly List<int> foundConcepts;
    private readonly List<int> serviceFrom;
    private readonly List<int> servicePhrases;
    private readonly List<PhraseKind> serviceKinds;
    private readonly List<int> read = [];
    private readonly List<int> marked = [];
    private readonly List<int> found = [];

    // Of the service at hand: what each term and concept weighs, and which do.
    private float[] termWeights = new float[1024];
    private readonly float[] conceptWeights;
    private readonly List<int> termsHeld = [];
    private readonly List<int> conceptsHeld = [];

    /// <param name="expected">How many services there will be: lists that grow by doubling would cost as much as filling them.</param>
    public IndexBuilder(Concepts concepts, int expected)
    {
        this.concepts = concepts;
        postings = new PostingList(expected * 64);
        (phraseFrom, foundFrom, serviceFrom) = (new List<int>(expected * 5) { 0 }, new List<int>(expected * 5) { 0 }, new List<int>(expected + 1) { 0 });
        (phraseTerms, phraseConcepts, foundConcepts) = (new List<int>(expected * 28), new List<int>(expected * 28), new List<int>(expected * 12));
        (servicePhrases, serviceKinds) = (new List<int>(expected * 14), new List<PhraseKind>(expected * 14));
        lexicon = new LexiconBuilder(concepts);
        conceptWeights = new float[concepts.Count];
    }

    /// <param name="services">In order of their ids.</param>
    public SearchIndex Build(SearchableService[] services)
    {
        var byId = new Dictionary<string, SearchableService>(services.Length, StringComparer.Ordinal);
        foreach (var service in services)
            byId.TryAdd(service.Id, service);
        var idOf = byId.GetAlternateLookup<ReadOnlySpan<char>>();
        var variants = new bool[services.Length];
        for (var at = 0; at < services.Length; at++)
        {
            var original = OriginalOf(services[at], idOf);
            variants[at] = original is not null;
            Add(at, services[at], original);
        }
        var terms = postings.Terms;
        var counts = new int[lexicon.Count];
        foreach (var term in terms)
        {
            if (term >= 0)
                counts[term]++;
        }
        for (var at = 0; at < terms.Length; at++)
        {
            if (terms[at] < 0)
                terms[at] = lexicon.Count + ~terms[at];
        }
        var sorting = Task.Run(() => new Postings(lexicon.Count + concepts.Count, services.Length, postings));
        var book = new PhraseBook(phraseFrom, phraseTerms, phraseConcepts, serviceFrom, servicePhrases, serviceKinds);
        var (words, conceptKeys, functionWords) = lexicon.Build(counts);
        return new SearchIndex(services, variants, concepts, words, conceptKeys, functionWords, sorting.GetAwaiter().GetResult(), book);
    }

    /// <summary>A pack names the variants of a service (its renewal, a duplicate) by the service's own id and what is asked.</summary>
    private static SearchableService? OriginalOf(SearchableService service, Dictionary<string, SearchableService>.AlternateLookup<ReadOnlySpan<char>> byId)
    {
        for (var cut = service.Id.LastIndexOf('-'); cut > 0; cut = service.Id.LastIndexOf('-', cut - 1))
        {
            if (byId.TryGetValue(service.Id.AsSpan(0, cut), out var original) && original.DepartmentId == service.DepartmentId)
                return original;
        }
        return null;
    }

    private void Add(int service, SearchableService entry, SearchableService? original)
    {
        // Names are hardly ever the same; tags are what a family says again and again.
        foreach (var name in entry.Names.Values)
            AddPhrase(NewPhrase(name), PhraseKind.Name, InName);
        foreach (var tag in entry.Tags)
        {
            var shared = original is not null && original.Tags.Contains(tag);
            AddPhrase(Phrase(tag), shared ? PhraseKind.SharedTag : PhraseKind.Tag, shared ? InSharedTag : InTag);
        }
        serviceFrom.Add(servicePhrases.Count);
        foreach (var name in entry.DepartmentNames.Values)
            Weigh(Phrase(name), InDepartment);
        foreach (var description in entry.Descriptions.Values)
            AddDescription(description);

        foreach (var term in termsHeld)
        {
            postings.Add(term, service, Impact(termWeights[term]));
            termWeights[term] = 0;
        }
        foreach (var concept in conceptsHeld)
        {
            postings.Add(~concept, service, Impact(conceptWeights[concept]));
            conceptWeights[concept] = 0;
        }
        termsHeld.Clear();
        conceptsHeld.Clear();
    }

    private static byte Impact(float weight) => (byte)Math.Clamp(MathF.Round(255 * weight / (weight + Saturation)), 1, 255);

    private void AddPhrase(int phrase, PhraseKind kind, float weight)
    {
        servicePhrases.Add(phrase);
        serviceKinds.Add(kind);
        Weigh(phrase, weight);
    }

    private int Phrase(string text)
    {
        if (!phraseOf.TryGetValue(text, out var phrase))
            phraseOf[text] = phrase = NewPhrase(text);
        return phrase;
    }

    private int NewPhrase(string text)
    {
        Read(text);
        phraseTerms.AddRange(read);
        phraseConcepts.AddRange(marked);
        foundConcepts.AddRange(found);
        phraseFrom.Add(phraseTerms.Count);
        foundFrom.Add(foundConcepts.Count);
        return phraseFrom.Count - 2;
    }

    private void Weigh(int phrase, float weight)
    {
        for (var at = phraseFrom[phrase]; at < phraseFrom[phrase + 1]; at++)
            Hold(phraseTerms[at], weight);
        for (var at = foundFrom[phrase]; at < foundFrom[phrase + 1]; at++)
            HoldConcept(foundConcepts[at], weight);
    }

    private void AddDescription(string text)
    {
        Read(text);
        var weight = InDescription / (0.5f + (0.5f * read.Count / DescriptionLength));
        foreach (var term in read)
        {
            if (!lexicon.IsFunctionWord(term))
                Hold(term, weight);
        }
        foreach (var concept in found)
            HoldConcept(concept, weight);
    }

    private void Hold(int term, float weight)
    {
        if (term >= termWeights.Length)
            Array.Resize(ref termWeights, Math.Max(term + 1, termWeights.Length * 2));
        if (termWeights[term] == 0)
            termsHeld.Add(term);
        termWeights[term] += weight;
    }

    private void HoldConcept(int concept, float weight)
    {
        if (conceptWeights[concept] == 0)
            conceptsHeld.Add(concept);
        conceptWeights[concept] += weight;
    }

    /// <summary>Fills <see cref="read"/> with the terms of the text, <see cref="marked"/> with the concept of each, <see cref="found"/> with all concepts.</summary>
    private void Read(string text)
    {
        read.Clear();
        marked.Clear();
        found.Clear();
        lexicon.Read(text, read);
        for (var at = 0; at < read.Count; at++)
            marked.Add(-1);
        var keys = lexicon.ConceptKeys;
        var markedTo = 0;
        for (var at = 0; at < read.Count; at++)
        {
            var node = 0;
            for (var end = at; end < read.Count && (node = concepts.Step(node, keys[read[end]])) != 0; end++)
            {
                foreach (var concept in concepts.At(node))
                {
                    if (!found.Contains(concept))
                        found.Add(concept);
                }
                // The longest phrase from the left marks its words.
                if (concepts.At(node).Length > 0 && at >= markedTo)
                {
                    for (var inside = at; inside <= end; inside++)
                        marked[inside] = concepts.At(node)[0];
                }
            }
            if (marked[at] >= 0)
                markedTo = Math.Max(markedTo, at + 1);
        }
    }
}
