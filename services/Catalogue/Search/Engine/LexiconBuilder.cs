namespace EServices.Catalogue.Search.Engine;

/// <summary>Gives every word a number. A catalogue repeats few words often: each spelling is folded and listened to once.</summary>
internal sealed class LexiconBuilder
{
    private readonly Concepts concepts;
    private readonly Dictionary<string, int> spellings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> spellingOf;
    private readonly Dictionary<string, int> terms = new(StringComparer.Ordinal);
    private readonly List<int[]> several = [];
    private readonly List<string> texts = [];
    private readonly List<string> stems = [];
    private readonly List<Script> scripts = [];
    private readonly List<int> soundsFrom = [0];
    private readonly List<byte> sounds = [];
    private readonly List<int> conceptKeys = [];
    private readonly List<bool> functionWords = [];

    public LexiconBuilder(Concepts concepts)
    {
        this.concepts = concepts;
        spellingOf = spellings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => texts.Count;

    public IReadOnlyList<int> ConceptKeys => conceptKeys;

    public bool IsFunctionWord(int term) => functionWords[term];

    /// <summary>Adds the terms of a text to a list, in its order.</summary>
    public void Read(string text, List<int> into)
    {
        var reader = new WordReader(text);
        while (reader.Next(out var start, out var length))
        {
            var raw = text.AsSpan(start, length);
            if (!spellingOf.TryGetValue(raw, out var known))
                spellings[raw.ToString()] = known = Learn(raw);
            if (known >= 0)
                into.Add(known);
            else
                into.AddRange(several[~known]);
        }
    }

    /// <param name="counts">By how many services each term is had.</param>
    public (Lexicon Lexicon, int[] ConceptKeys, bool[] FunctionWords) Build(int[] counts) =>
        (new Lexicon(terms, [.. texts], [.. stems], [.. scripts], [.. soundsFrom], [.. sounds], counts), [.. conceptKeys], [.. functionWords]);

    private int Learn(ReadOnlySpan<char> raw)
    {
        var pieces = Words.Pieces(Words.Fold(raw));
        if (pieces.Length == 1)
            return Term(pieces[0]);
        several.Add([.. pieces.Select(Term)]);
        return ~(several.Count - 1);
    }

    private int Term(string folded)
    {
        if (terms.TryGetValue(folded, out var term))
            return term;
        terms[folded] = term = texts.Count;
        var script = Stems.ScriptOf(folded);
        var stem = Stems.Of(folded, script);
        Span<byte> heard = stackalloc byte[Sounds.Most];
        heard = heard[..Sounds.Of(folded, script, heard)];
        texts.Add(folded);
        stems.Add(stem);
        scripts.Add(script);
        sounds.AddRange(heard);
        soundsFrom.Add(sounds.Count);
        conceptKeys.Add(concepts.Key(stem, script));
        functionWords.Add(FunctionWords.Has(folded));
        return term;
    }
}
