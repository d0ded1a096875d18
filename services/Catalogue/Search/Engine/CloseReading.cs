using System.Numerics;

namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// Reads a candidate's names and tags against the query: how much of what was said the service has, and how much of one name or tag was said. A name that was said whole comes
/// before one that says more than was asked, so a licence comes before its renewal unless renewal was said.
/// </summary>
internal sealed class CloseReading(PhraseBook phrases, Postings postings, int[] originals, bool[] functionWords, int lexiconCount)
{
    private const float Name = 1.2f, Tag = 1.3f, SharedTag = 0.76f, InOrder = 0.12f, Elsewhere = 0.4f, Rough = 0.05f, Variant = 0.94f;
    private const float FunctionWordWeight = 0.05f;

    /// <param name="said">How much of the query the service answers, from 0 to 1.</param>
    public float Score(int service, float rough, ReadOnlySpan<QueryWord> words, Scratch scratch, out float said)
    {
        var all = 0f;
        foreach (var word in words)
            all += word.Rarity;
        all = Math.Max(all, 1e-6f);
        var inService = scratch.InService.AsSpan(0, words.Length);
        var inPhrase = scratch.InPhrase.AsSpan(0, words.Length);
        // Words that only a department or a description has count for less.
        var matched = scratch.Standings[service].Matched;
        for (var at = 0; at < words.Length; at++)
            inService[at] = (matched >> at & 1) == 0 ? 0 : Elsewhere * words[at].Closeness[0];

        var (name, tag) = (0f, 0f);
        var ofService = phrases.PhrasesOf(service);
        var kinds = phrases.KindsOf(service);
        for (var at = 0; at < ofService.Length; at++)
        {
            var worth = Read(ofService[at], words, all, inPhrase, inService, scratch);
            if (kinds[at] == PhraseKind.Name)
                name = Math.Max(name, worth);
            else
                tag = Math.Max(tag, worth * (kinds[at] == PhraseKind.SharedTag ? SharedTag : 1));
        }
        said = 0;
        for (var at = 0; at < words.Length; at++)
            said += words[at].Rarity * inService[at];
        said /= all;
        return ((said * said * (1 + (Name * name) + (Tag * tag))) + (Rough * rough / (rough + all))) * (originals[service] >= 0 ? Variant : 1);
    }

    private float Read(int phrase, ReadOnlySpan<QueryWord> words, float all, Span<float> inPhrase, Span<float> inService, Scratch scratch)
    {
        inPhrase.Clear();
        var terms = phrases.TermsOf(phrase);
        var concepts = phrases.ConceptsOf(phrase);
        var (weight, answered, inOrder, before) = (0f, 0f, 0, -2);
        for (var at = 0; at < terms.Length; at++)
        {
            var term = terms[at];
            var ofTerm = functionWords[term] ? FunctionWordWeight : postings.RarityOf(term);
            weight += ofTerm;
            var mask = scratch.WordsOf(term, out var closeness);
            if (concepts[at] >= 0 && scratch.WordsOf(lexiconCount + concepts[at], out var meant) is not 0 and var sameMeaning && meant > closeness)
                (mask, closeness) = (sameMeaning, meant);
            if (mask == 0)
            {
                if (!functionWords[term])
                    before = -2;
                continue;
            }
            answered += ofTerm * closeness;
            var first = BitOperations.TrailingZeroCount(mask);
            if (first == before + 1)
                inOrder++;
            before = 31 - BitOperations.LeadingZeroCount(mask);
            for (var bits = mask; bits != 0; bits &= bits - 1)
            {
                var word = BitOperations.TrailingZeroCount(bits);
                inPhrase[word] = Math.Max(inPhrase[word], closeness);
            }
        }
        if (answered == 0)
            return 0;
        var said = 0f;
        for (var at = 0; at < words.Length; at++)
        {
            said += words[at].Rarity * inPhrase[at];
            inService[at] = Math.Max(inService[at], inPhrase[at]);
        }
        var order = words.Length > 1 ? InOrder * inOrder / (words.Length - 1) : 0;
        return (said / all * (answered / weight)) + (order * said / all);
    }
}
