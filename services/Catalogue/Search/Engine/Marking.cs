namespace EServices.Catalogue.Search.Engine;

/// <summary>Finds in a text what a query's words matched.</summary>
internal sealed class Marking(Lexicon lexicon, Concepts concepts, int[] conceptKeys, bool[] functionWords)
{
    public IReadOnlyList<Mark> Of(string text, Scratch scratch)
    {
        var (marks, terms) = (new List<Mark>(), new List<(int Term, int Start, int Length)>());
        var reader = new WordReader(text);
        while (reader.Next(out var start, out var length))
            terms.Add((lexicon.Find(Words.Fold(text.AsSpan(start, length))), start, length));
        var hit = new bool[terms.Count];
        for (var at = 0; at < terms.Count; at++)
        {
            var term = terms[at].Term;
            hit[at] |= term >= 0 && !functionWords[term] && scratch.WordsOf(term, out _) != 0;
            var node = 0;
            for (var end = at; end < terms.Count && terms[end].Term >= 0 && (node = concepts.Step(node, conceptKeys[terms[end].Term])) != 0; end++)
            {
                foreach (var concept in concepts.At(node))
                {
                    if (scratch.WordsOf(lexicon.Count + concept, out _) != 0)
                        Array.Fill(hit, true, at, end - at + 1);
                }
            }
        }
        for (var at = 0; at < terms.Count; at++)
        {
            if (hit[at])
                marks.Add(new Mark(terms[at].Start, terms[at].Length));
        }
        return marks;
    }
}
