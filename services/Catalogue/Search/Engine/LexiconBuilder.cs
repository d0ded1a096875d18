namespace EServices.Catalogue.Search.Engine;

/// <summary>Gives every word a number. A catalogue repeats few words often: each spelling is folded and listened to once.</summary>
internal sealed class LexiconBuilder(Concepts concepts, int expected)
{
    private readonly WordTable spellings = new(expected);
    private readonly List<int> spelt = new(expected);
    private readonly WordTable terms = new(expected);
    private readonly List<int[]> several = [];
    private readonly List<WordForm> forms = new(expected);
    private readonly List<int> soundsFrom = new(expected + 1) { 0 };
    private readonly List<byte> sounds = new(expected * 8);
    private readonly List<int> conceptKeys = new(expected);
    private readonly List<bool> functionWords = new(expected);

    public int Count => terms.Count;

    public List<int> ConceptKeys => conceptKeys;

    public bool IsFunctionWord(int term) => functionWords[term];

    /// <summary>Adds the terms of a text to a list, in its order.</summary>
    public void Read(string text, List<int> into)
    {
        var reader = new WordReader(text);
        while (reader.Next(out var start, out var length))
        {
            var raw = text.AsSpan(start, length);
            var spelling = spellings.Find(raw);
            var known = spelling >= 0 ? spelt[spelling] : Learn(raw);
            if (known >= 0)
                into.Add(known);
            else
                into.AddRange(several[~known]);
        }
    }

    /// <summary>Takes over the terms of another that are not among its own, in their order, so that terms are numbered as if one had read the texts of both.</summary>
    /// <returns>For each term of the other the term here.</returns>
    public int[] Take(LexiconBuilder other)
    {
        var termOf = new int[other.Count];
        for (var at = 0; at < termOf.Length; at++)
        {
            var text = other.terms[at];
            var term = terms.Find(text);
            if (term < 0)
            {
                term = terms.Add(text);
                forms.Add(other.forms[at]);
                for (var sound = other.soundsFrom[at]; sound < other.soundsFrom[at + 1]; sound++)
                    sounds.Add(other.sounds[sound]);
                soundsFrom.Add(sounds.Count);
                conceptKeys.Add(other.conceptKeys[at]);
                functionWords.Add(other.functionWords[at]);
            }
            termOf[at] = term;
        }
        return termOf;
    }

    /// <param name="counts">By how many services each term is had.</param>
    public (Lexicon Lexicon, int[] ConceptKeys, bool[] FunctionWords) Build(ReadOnlySpan<int> counts)
    {
        terms.Trim();
        return (new Lexicon(terms, [.. forms], [.. soundsFrom], [.. sounds], counts), [.. conceptKeys], [.. functionWords]);
    }

    private int Learn(ReadOnlySpan<char> raw)
    {
        Span<char> room = stackalloc char[Words.LongestWord + 1];
        int known;
        if (Words.TryFoldPlain(raw, room, out var length) && length <= Words.LongestWord)
        {
            known = Term(room[..length]);
        }
        else
        {
            var pieces = Words.Pieces(Words.Fold(raw));
            if (pieces.Length != 1)
                several.Add(Array.ConvertAll(pieces, piece => Term(piece)));
            known = pieces.Length == 1 ? Term(pieces[0]) : ~(several.Count - 1);
        }
        spellings.Add(raw);
        spelt.Add(known);
        return known;
    }

    private int Term(ReadOnlySpan<char> folded)
    {
        var term = terms.Find(folded);
        if (term >= 0)
            return term;
        term = terms.Add(folded);
        var form = WordForm.Of(folded);
        Span<byte> heard = stackalloc byte[Sounds.Most];
        heard = heard[..Sounds.Of(folded, form.Script, heard)];
        forms.Add(form);
        sounds.AddRange(heard);
        soundsFrom.Add(sounds.Count);
        Span<char> room = stackalloc char[Words.LongestWord + 1];
        conceptKeys.Add(concepts.Key(form.StemOf(folded, room), form.Script));
        functionWords.Add(FunctionWords.Has(folded));
        return term;
    }
}
