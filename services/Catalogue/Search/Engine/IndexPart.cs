namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// Collects what the index holds of some of the services, one after the other. How much a word says of a service is BM25F's (Robertson, Zaragoza, Taylor, "Simple BM25 extension
/// to multiple weighted fields", 2004): occurrences weighted by field and length are added up before they are saturated.
/// </summary>
internal sealed class IndexPart
{
    private const float InName = 8, InTag = 6, InSharedTag = 3.5f, InDepartment = 1.2f, InDescription = 1, Saturation = 4, DescriptionLength = 12;

    private readonly Concepts concepts;
    private readonly Dictionary<string, int> phraseOf;

    // All concepts of a phrase: one of its words may be in several.
    private readonly List<int> foundFrom;
    private readonly List<int> foundConcepts;
    private readonly List<int> read = [];
    private readonly List<int> marked = [];
    private readonly List<int> found = [];

    // Of the service at hand: what each term and concept weighs, and which do.
    private float[] termWeights = new float[1024];
    private readonly float[] conceptWeights;
    private readonly List<int> termsHeld = [];
    private readonly List<int> conceptsHeld = [];

    /// <param name="expected">How many services there will be: lists that grow by doubling would cost as much as filling them.</param>
    public IndexPart(Concepts concepts, int expected)
    {
        this.concepts = concepts;
        phraseOf = new Dictionary<string, int>(expected * 2, StringComparer.Ordinal);
        (foundFrom, foundConcepts) = (new List<int>((expected * 5) + 1) { 0 }, new List<int>(expected * 12));
        Postings = new PostingList(expected * 80);
        Book = new PhraseList(expected);
        Lexicon = new LexiconBuilder(concepts, (expected * 3) + 1024);
        conceptWeights = new float[concepts.Count];
    }

    public LexiconBuilder Lexicon { get; }

    /// <summary>By term, and by the complement of a concept.</summary>
    public PostingList Postings { get; }

    public PhraseList Book { get; }

    /// <param name="service">Its number among all; each higher than the one before.</param>
    /// <param name="original">The service that it is a variant of.</param>
    public void Add(int service, SearchableService entry, SearchableService? original)
    {
        // Names are hardly ever the same; tags are what a family says again and again.
        foreach (var (_, name) in entry.Names)
            AddPhrase(NewPhrase(name), PhraseKind.Name, InName);
        foreach (var tag in entry.Tags)
        {
            var shared = original is not null && original.Tags.Contains(tag);
            AddPhrase(Phrase(tag), shared ? PhraseKind.SharedTag : PhraseKind.Tag, shared ? InSharedTag : InTag);
        }
        Book.EndService();
        foreach (var (_, name) in entry.DepartmentNames)
            Weigh(Phrase(name), InDepartment);
        foreach (var (_, description) in entry.Descriptions)
            AddDescription(description);

        foreach (var term in termsHeld)
        {
            Postings.Add(term, service, Impact(termWeights[term]));
            termWeights[term] = 0;
        }
        foreach (var concept in conceptsHeld)
        {
            Postings.Add(~concept, service, Impact(conceptWeights[concept]));
            conceptWeights[concept] = 0;
        }
        termsHeld.Clear();
        conceptsHeld.Clear();
    }

    private static byte Impact(float weight) => (byte)Math.Clamp(MathF.Round(255 * weight / (weight + Saturation)), 1, 255);

    private void AddPhrase(int phrase, PhraseKind kind, float weight)
    {
        Book.AddToService(phrase, kind);
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
        foundConcepts.AddRange(found);
        foundFrom.Add(foundConcepts.Count);
        return Book.Add(read, marked);
    }

    private void Weigh(int phrase, float weight)
    {
        foreach (var term in Book.TermsOf(phrase))
            Hold(term, weight);
        for (var at = foundFrom[phrase]; at < foundFrom[phrase + 1]; at++)
            HoldConcept(foundConcepts[at], weight);
    }

    private void AddDescription(string text)
    {
        Read(text);
        var weight = InDescription / (0.5f + (0.5f * read.Count / DescriptionLength));
        foreach (var term in read)
        {
            if (!Lexicon.IsFunctionWord(term))
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
        Lexicon.Read(text, read);
        for (var at = 0; at < read.Count; at++)
            marked.Add(-1);
        var keys = Lexicon.ConceptKeys;
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
