using System.Runtime.InteropServices;

namespace EServices.Catalogue.Search.Engine;

/// <summary>What a phrase is to a service.</summary>
internal enum PhraseKind : byte
{
    Name,
    Tag,

    /// <summary>A tag of the service it is a variant of, which every variant repeats.</summary>
    SharedTag,
}

/// <summary>The names and tags of each service, word by word, by which the best candidates are read closely. Equal phrases are kept once.</summary>
internal sealed class PhraseBook
{
    private readonly int[] phraseFrom;
    private readonly int[] terms;
    private readonly int[] concepts;
    private readonly int[] serviceFrom;
    private readonly int[] phrases;
    private readonly PhraseKind[] kinds;

    /// <param name="lists">Services of a later list come after those of an earlier one.</param>
    /// <param name="termOf">For each term of a list its number among those of all; null where they are the same.</param>
    public PhraseBook(PhraseList[] lists, int[]?[] termOf)
    {
        phraseFrom = new int[lists.Sum(list => list.Count) + 1];
        terms = new int[lists.Sum(list => list.Terms.Length)];
        concepts = new int[terms.Length];
        serviceFrom = new int[lists.Sum(list => list.ServiceEnds.Length) + 1];
        phrases = new int[lists.Sum(list => list.Phrases.Length)];
        kinds = new PhraseKind[phrases.Length];
        var (phrase, word, service, had) = (0, 0, 0, 0);
        for (var part = 0; part < lists.Length; part++)
        {
            var list = lists[part];
            list.Concepts.CopyTo(concepts.AsSpan(word));
            list.Kinds.CopyTo(kinds.AsSpan(had));
            var (firstPhrase, firstWord, firstHad) = (phrase, word, had);
            foreach (var term in list.Terms)
                terms[word++] = termOf[part] is { } number ? number[term] : term;
            foreach (var end in list.Ends)
                phraseFrom[++phrase] = firstWord + end;
            foreach (var one in list.Phrases)
                phrases[had++] = firstPhrase + one;
            foreach (var end in list.ServiceEnds)
                serviceFrom[++service] = firstHad + end;
        }
    }

    public ReadOnlySpan<int> PhrasesOf(int service) => phrases.AsSpan(serviceFrom[service], serviceFrom[service + 1] - serviceFrom[service]);

    public ReadOnlySpan<PhraseKind> KindsOf(int service) => kinds.AsSpan(serviceFrom[service], serviceFrom[service + 1] - serviceFrom[service]);

    public ReadOnlySpan<int> TermsOf(int phrase) => terms.AsSpan(phraseFrom[phrase], phraseFrom[phrase + 1] - phraseFrom[phrase]);

    /// <summary>For each word of the phrase the concept it belongs to there; -1 for none.</summary>
    public ReadOnlySpan<int> ConceptsOf(int phrase) => concepts.AsSpan(phraseFrom[phrase], phraseFrom[phrase + 1] - phraseFrom[phrase]);
}

/// <summary>Phrases as they are collected, service by service.</summary>
/// <param name="expected">How many services there may be; there may be more.</param>
internal sealed class PhraseList(int expected)
{
    private readonly List<int> from = new((expected * 6) + 1) { 0 };
    private readonly List<int> terms = new(expected * 28);
    private readonly List<int> concepts = new(expected * 28);
    private readonly List<int> serviceFrom = new(expected + 1) { 0 };
    private readonly List<int> phrases = new(expected * 14);
    private readonly List<PhraseKind> kinds = new(expected * 14);

    public int Count => from.Count - 1;

    public ReadOnlySpan<int> Ends => CollectionsMarshal.AsSpan(from)[1..];

    public ReadOnlySpan<int> Terms => CollectionsMarshal.AsSpan(terms);

    public ReadOnlySpan<int> Concepts => CollectionsMarshal.AsSpan(concepts);

    public ReadOnlySpan<int> ServiceEnds => CollectionsMarshal.AsSpan(serviceFrom)[1..];

    public ReadOnlySpan<int> Phrases => CollectionsMarshal.AsSpan(phrases);

    public ReadOnlySpan<PhraseKind> Kinds => CollectionsMarshal.AsSpan(kinds);

    public ReadOnlySpan<int> TermsOf(int phrase) => Terms[from[phrase]..from[phrase + 1]];

    /// <returns>The number of the phrase.</returns>
    public int Add(List<int> words, List<int> conceptOfEach)
    {
        terms.AddRange(words);
        concepts.AddRange(conceptOfEach);
        from.Add(terms.Count);
        return Count - 1;
    }

    public void AddToService(int phrase, PhraseKind kind)
    {
        phrases.Add(phrase);
        kinds.Add(kind);
    }

    public void EndService() => serviceFrom.Add(phrases.Count);
}
