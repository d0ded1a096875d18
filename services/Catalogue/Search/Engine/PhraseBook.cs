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

    public PhraseBook(List<int> phraseFrom, List<int> terms, List<int> concepts, List<int> serviceFrom, List<int> phrases, List<PhraseKind> kinds) =>
        (this.phraseFrom, this.terms, this.concepts, this.serviceFrom, this.phrases, this.kinds) = ([.. phraseFrom], [.. terms], [.. concepts], [.. serviceFrom], [.. phrases], [.. kinds]);

    public ReadOnlySpan<int> PhrasesOf(int service) => phrases.AsSpan(serviceFrom[service], serviceFrom[service + 1] - serviceFrom[service]);

    public ReadOnlySpan<PhraseKind> KindsOf(int service) => kinds.AsSpan(serviceFrom[service], serviceFrom[service + 1] - serviceFrom[service]);

    public ReadOnlySpan<int> TermsOf(int phrase) => terms.AsSpan(phraseFrom[phrase], phraseFrom[phrase + 1] - phraseFrom[phrase]);

    /// <summary>For each word of the phrase the concept it belongs to there; -1 for none.</summary>
    public ReadOnlySpan<int> ConceptsOf(int phrase) => concepts.AsSpan(phraseFrom[phrase], phraseFrom[phrase + 1] - phraseFrom[phrase]);
}
