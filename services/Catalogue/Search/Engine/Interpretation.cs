namespace EServices.Catalogue.Search.Engine;

/// <summary>A word of a query, and the words of the index that it may mean.</summary>
internal sealed class QueryWord
{
    public const int MostMeanings = 32;

    private readonly byte[] sounds = new byte[Engine.Sounds.Most];

    private int soundCount;

    public string Text { get; private set; } = "";

    public string Stem { get; private set; } = "";

    public Script Script { get; private set; }

    /// <summary>Where it stands in the text as typed.</summary>
    public int Start { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Sounds => sounds.AsSpan(0, soundCount);

    /// <summary>The term that it is; -1 where the index doesn't have it.</summary>
    public int Exact { get; set; }

    /// <summary>The term that it should have been; -1 where nothing was corrected.</summary>
    public int Corrected { get; set; }

    /// <summary>What the word weighs among the others: how rare is what it means.</summary>
    public float Rarity { get; set; }

    public int Count { get; private set; }

    public int[] Terms { get; } = new int[MostMeanings];

    public float[] Closeness { get; } = new float[MostMeanings];

    public float Closest
    {
        get
        {
            var closest = 0f;
            for (var at = 0; at < Count; at++)
                closest = Math.Max(closest, Closeness[at]);
            return closest;
        }
    }

    public void Reset(string text, int start, int length)
    {
        (Text, Start, Length, Exact, Corrected, Rarity, Count) = (text, start, length, -1, -1, 0, 0);
        Script = Stems.ScriptOf(text);
        Stem = Stems.Of(text, Script);
        soundCount = Engine.Sounds.Of(text, Script, sounds);
    }

    /// <summary>A meaning, at the closest it was found; where there are too many the least close goes.</summary>
    public void Mean(int term, float closeness)
    {
        var at = Terms.AsSpan(0, Count).IndexOf(term);
        if (at >= 0)
        {
            Closeness[at] = Math.Max(Closeness[at], closeness);
            return;
        }
        if (Count < MostMeanings)
        {
            (Terms[Count], Closeness[Count]) = (term, closeness);
            Count++;
            return;
        }
        var least = 0;
        for (var other = 1; other < Count; other++)
        {
            if (Closeness[other] < Closeness[least])
                least = other;
        }
        if (Closeness[least] < closeness)
            (Terms[least], Closeness[least]) = (term, closeness);
    }

    /// <summary>The closest first, so that a service meets a word's best meaning before its others.</summary>
    public void Order()
    {
        for (var at = 1; at < Count; at++)
        {
            var (term, closeness) = (Terms[at], Closeness[at]);
            var to = at;
            for (; to > 0 && (Closeness[to - 1] < closeness || (Closeness[to - 1] == closeness && Terms[to - 1] > term)); to--)
                (Terms[to], Closeness[to]) = (Terms[to - 1], Closeness[to - 1]);
            (Terms[to], Closeness[to]) = (term, closeness);
        }
    }
}

/// <summary>
/// Finds what the words of a query may mean: the word itself, what sounds like it in any script, what it may be a slip for, what it is the beginning of, what is written
/// together or apart, what means the same. Never looks at more than a bounded number of words, whatever is typed.
/// </summary>
internal sealed class Interpretation(Lexicon lexicon, Concepts concepts, int[] conceptKeys, bool[] functionWords, Postings postings)
{
    public const int MostWords = 16;

    private const int MostAsides = 32;

    private const int LongestQuery = 10_000, MostRead = 96, MostHeard = 96, MostSlips = 256, MostLooked = 2_000, MostBeginnings = 24, LongestCompound = 40;
    private const float OfGeneralWord = 0.5f, Together = 0.95f, SameMeaning = 0.74f, Known = 0.9f, EachPart = 12;

    /// <summary>From where on words sound alike: stricter where neither script leaves vowels out.</summary>
    private const float Alike = 0.78f, AlikeWithVowels = 0.82f;

    /// <summary>Fills words with what was said; returns how many.</summary>
    /// <param name="asides">Gets the words that say nothing by themselves; a phrase may need them (naam karna).</param>
    public int Of(string text, List<QueryWord> words, List<QueryWord> asides)
    {
        var count = Read(text, words, asides, out var asideCount);
        for (var at = 0; at < count; at++)
            Hear(words[at]);
        var typing = count > 0 && words[count - 1] is var last && last.Start + last.Length == Math.Min(text.Length, LongestQuery);
        for (var at = 0; at < count; at++)
        {
            var word = words[at];
            if (word.Closest < Known)
                Forgive(word, few: true);
            if (word.Closest < 0.6f && KeyOf(word, out _) < 0 && TakeApart(words, at, count) is > 0 and var more)
            {
                count += more;
                at += more;
                continue;
            }
            if (word.Closest < 0.6f)
                Forgive(word, few: false);
            if ((at == count - 1 && typing) || word.Count == 0)
                Complete(word);
        }
        PutTogether(words, count);
        AddConcepts(words, count, asides, asideCount);
        for (var at = 0; at < count; at++)
        {
            words[at].Order();
            words[at].Rarity = RarityOf(words[at]) * (GeneralWords.Has(words[at].Text) ? OfGeneralWord : 1);
        }
        return count;
    }

    /// <summary>The first words that say something; where none does, the first.</summary>
    private static int Read(string text, List<QueryWord> words, List<QueryWord> asides, out int asideCount)
    {
        var (count, read) = (0, 0);
        asideCount = 0;
        for (var pass = 0; pass < 2 && count == 0; pass++)
        {
            var reader = new WordReader(text.AsSpan(0, Math.Min(text.Length, LongestQuery)));
            read = 0;
            while (count < MostWords && read < MostRead && reader.Next(out var start, out var length))
            {
                read++;
                foreach (var piece in Words.Pieces(Words.Fold(text.AsSpan(start, length))))
                {
                    if (pass == 0 && FunctionWords.Has(piece))
                        Put(asides, ref asideCount, MostAsides, piece, start, length);
                    else if (!Said(words, count, piece))
                        Put(words, ref count, MostWords, piece, start, length);
                }
            }
        }
        return count;
    }

    private static void Put(List<QueryWord> words, ref int count, int most, string text, int start, int length)
    {
        if (count == most)
            return;
        if (count == words.Count)
            words.Add(new QueryWord());
        words[count++].Reset(text, start, length);
    }

    private static bool Said(List<QueryWord> words, int count, string piece)
    {
        for (var at = 0; at < count; at++)
        {
            if (words[at].Text == piece)
                return true;
        }
        return false;
    }

    private void Hear(QueryWord word)
    {
        word.Exact = lexicon.Find(word.Text);
        if (word.Exact >= 0)
            word.Mean(word.Exact, 1);
        Span<ulong> keys = stackalloc ulong[Skeleton.MostKeys];
        var count = Skeleton.KeysOf(word.Sounds, word.Text.Length, word.Stem, word.Script, keys);
        // Two letters are an abbreviation: what sounds like them in their own script is another one.
        var abbreviation = word.Text.Length <= 2;
        for (var key = 0; key < count; key++)
        {
            var heard = 0;
            foreach (var term in lexicon.Like(keys[key]))
            {
                if (++heard > MostHeard)
                    break;
                var sameScript = lexicon.ScriptOf(term) == word.Script;
                if (term == word.Exact || functionWords[term] || (sameScript && abbreviation))
                    continue;
                if (lexicon.HasStem(term, word.Stem))
                {
                    word.Mean(term, 0.97f);
                    continue;
                }
                var like = SoundDistance.Likeness(word.Sounds, word.Script, lexicon.SoundsOf(term), lexicon.ScriptOf(term));
                if (like >= (sameScript || (word.Script != Script.Arabic && lexicon.ScriptOf(term) != Script.Arabic) ? AlikeWithVowels : Alike))
                    word.Mean(term, 0.95f * like * like);
            }
        }
    }

    /// <summary>Words a slip or two away: those whose skeleton is the same but for a consonant lost, won, changed or swapped.</summary>
    private void Forgive(QueryWord word, bool few)
    {
        if (word.Text.Length < 4)
            return;
        Span<ulong> keys = stackalloc ulong[Skeleton.MostKeys];
        var count = Skeleton.KeysOf(word.Sounds, word.Text.Length, word.Stem, word.Script, keys);
        var (looked, compared) = (0, 0);
        for (var key = 0; key < count; key++)
        {
            var length = Skeleton.Length(keys[key]);
            Slip(word, lexicon.Like(keys[key]), few, ref looked, ref compared);
            Slip(word, lexicon.LikeShortened(keys[key]), few, ref looked, ref compared);
            for (var place = 0; place < length; place++)
            {
                var shorter = Skeleton.Without(keys[key], place);
                if (length >= 3)
                {
                    Slip(word, lexicon.Like(shorter), few, ref looked, ref compared);
                    Slip(word, lexicon.LikeShortened(shorter), few, ref looked, ref compared);
                }
                if (few || length < 6)
                    continue;
                for (var second = place; second < length - 1; second++)
                    Slip(word, lexicon.LikeShortened(Skeleton.Without(shorter, second)), few, ref looked, ref compared);
            }
        }
        Correct(word);
    }

    private void Slip(QueryWord word, ReadOnlySpan<int> terms, bool few, ref int looked, ref int compared)
    {
        // The commonest come first: of a long list the rest is left.
        var most = Math.Min(terms.Length, MostLooked / 8);
        for (var at = 0; at < most && compared < MostSlips && looked < MostLooked; at++, looked++)
            Slip(word, terms[at], few, ref compared);
    }

    private void Slip(QueryWord word, int term, bool few, ref int compared)
    {
        if (term == word.Exact || functionWords[term])
            return;
        if (lexicon.ScriptOf(term) == word.Script)
        {
            var text = lexicon.Text(term);
            var most = few ? 1 : Math.Min(word.Text.Length, text.Length) >= 8 ? 2 : 1;
            if (Math.Abs(text.Length - word.Text.Length) > most || text.Length < 3)
                return;
            compared++;
            var slips = Slips.Between(word.Text, text, most);
            if (slips <= most)
                word.Mean(term, slips == 1 ? 0.72f + Math.Min(0.12f, 0.02f * (text.Length - 4)) : 0.6f);
            return;
        }
        if (few || word.Sounds.Length < 5)
            return;
        compared++;
        var like = SoundDistance.Likeness(word.Sounds, word.Script, lexicon.SoundsOf(term), lexicon.ScriptOf(term));
        if (like >= 0.74f)
            word.Mean(term, 0.8f * like * like);
    }

    private void Correct(QueryWord word)
    {
        if (word.Exact >= 0)
            return;
        var (best, closest) = (-1, 0f);
        for (var at = 0; at < word.Count; at++)
        {
            var term = word.Terms[at];
            if (lexicon.ScriptOf(term) != word.Script || lexicon.HasStem(term, word.Stem))
                continue;
            if (word.Closeness[at] > closest || (word.Closeness[at] == closest && postings.Count(term) > postings.Count(best)))
                (best, closest) = (term, word.Closeness[at]);
        }
        word.Corrected = best;
    }

    /// <summary>What the word may be the beginning of: in its own script by its letters, in the others by its sound.</summary>
    private void Complete(QueryWord word)
    {
        if (word.Text.Length < 2)
            return;
        var known = word.Exact >= 0;
        Span<int> room = stackalloc int[MostBeginnings];
        var begun = lexicon.BeginningWith(word.Text, room);
        // Half a word is no slip.
        if (begun > 0)
            word.Corrected = -1;
        foreach (var term in room[..begun])
        {
            if (term != word.Exact && !functionWords[term] && postings.Count(term) > 0)
                word.Mean(term, (known ? 0.3f : 0.5f) + (0.25f * word.Text.Length / lexicon.Text(term).Length));
        }
        if (word.Closest >= 0.7f)
            return;
        Span<ulong> keys = stackalloc ulong[Skeleton.MostKeys];
        var count = Skeleton.KeysOf(word.Sounds, word.Text.Length, word.Stem, word.Script, keys);
        for (var key = 0; key < count; key++)
        {
            var length = Skeleton.Length(keys[key]);
            if (length < 2)
                continue;
            foreach (var term in lexicon.LikeBeginning(keys[key], length, MostHeard))
            {
                if (lexicon.ScriptOf(term) == word.Script || functionWords[term])
                    continue;
                var like = SoundDistance.Likeness(word.Sounds, word.Script, lexicon.SoundsOf(term), lexicon.ScriptOf(term), beginning: true);
                if (like >= 0.85f)
                    word.Mean(term, 0.45f * like);
            }
        }
    }

    /// <summary>Words written as one, where each is known and the whole is not: as few of them as will do, the commonest of those.</summary>
    /// <returns>How many more words there are now; none where it stayed whole, or lost no more than a function word.</returns>
    private int TakeApart(List<QueryWord> words, int at, int count)
    {
        var whole = words[at];
        var (text, start, length) = (whole.Text, whole.Start, whole.Length);
        if (text.Length > LongestCompound)
            return 0;
        var least = whole.Script == Script.Latin ? 3 : 2;
        const int LeastFunctionWord = 2;
        Span<float> best = stackalloc float[LongestCompound + 1];
        Span<int> from = stackalloc int[LongestCompound + 1];
        best[1..].Fill(float.NegativeInfinity);
        best[0] = 0;
        for (var end = LeastFunctionWord; end <= text.Length; end++)
        {
            for (var begin = 0; begin <= end - LeastFunctionWord; begin++)
            {
                if (float.IsNegativeInfinity(best[begin]))
                    continue;
                var part = text.AsSpan(begin, end - begin);
                var term = part.Length >= least ? lexicon.Find(part) : -1;
                var common = term >= 0 && !functionWords[term] ? postings.Count(term) : 0;
                if (common == 0 && !FunctionWords.Has(part))
                    continue;
                var worth = best[begin] + MathF.Log(common + 1) - EachPart;
                if (worth > best[end])
                    (best[end], from[end]) = (worth, begin);
            }
        }
        if (float.IsNegativeInfinity(best[text.Length]) || from[text.Length] == 0)
            return 0;
        var (more, placed) = (0, false);
        for (var end = text.Length; end > 0; end = from[end])
        {
            var part = text[from[end]..end];
            if (FunctionWords.Has(part) || (placed && count + more == MostWords))
                continue;
            // The last of the parts takes the place of the whole, and each before it is put in front.
            if (!placed)
            {
                whole.Reset(part, start, length);
                Hear(whole);
                placed = true;
                continue;
            }
            if (count + more == words.Count)
                words.Add(new QueryWord());
            var spare = words[count + more];
            words.RemoveAt(count + more);
            words.Insert(at, spare);
            spare.Reset(part, start, length);
            Hear(spare);
            more++;
        }
        return placed ? more : 0;
    }

    /// <summary>Neighbours that the index has written as one word.</summary>
    private void PutTogether(List<QueryWord> words, int count)
    {
        Span<char> joined = stackalloc char[Words.LongestWord * 3];
        for (var at = 0; at + 1 < count; at++)
        {
            var length = 0;
            for (var end = at; end < count && end < at + 3; end++)
            {
                words[end].Text.CopyTo(joined[length..]);
                length += words[end].Text.Length;
                if (end == at || length > Words.LongestWord || lexicon.Find(joined[..length]) is not (>= 0 and var term))
                    continue;
                for (var part = at; part <= end; part++)
                    words[part].Mean(term, Together);
            }
        }
    }

    private void AddConcepts(List<QueryWord> words, int count, List<QueryWord> asides, int asideCount)
    {
        // As they were said: -1 for a word that only a phrase may need.
        Span<int> places = stackalloc int[MostWords + MostAsides];
        Span<int> keys = stackalloc int[MostWords + MostAsides];
        Span<float> sure = stackalloc float[MostWords + MostAsides];
        var (said, aside) = (0, 0);
        for (var at = 0; at < count || aside < asideCount; said++)
        {
            if (aside < asideCount && (at >= count || asides[aside].Start < words[at].Start))
            {
                places[said] = -1;
                keys[said] = KeyOf(asides[aside++], out sure[said]);
                continue;
            }
            places[said] = at;
            keys[said] = KeyOf(words[at++], out sure[said]);
        }
        for (var at = 0; at < said; at++)
        {
            var (node, sureness) = (0, 1f);
            for (var end = at; end < said && (node = concepts.Step(node, keys[end])) != 0; end++)
            {
                sureness *= sure[end];
                foreach (var concept in concepts.At(node))
                {
                    for (var part = at; part <= end; part++)
                    {
                        if (places[part] >= 0)
                            words[places[part]].Mean(lexicon.Count + concept, SameMeaning * sureness);
                    }
                }
            }
        }
    }

    /// <summary>The word's own key, else that of the closest word that has one.</summary>
    private int KeyOf(QueryWord word, out float sure)
    {
        var own = concepts.Key(word.Stem, word.Script);
        sure = 1;
        if (own >= 0)
            return own;
        var closest = 0.65f;
        for (var meaning = 0; meaning < word.Count; meaning++)
        {
            if (word.Closeness[meaning] > closest && word.Terms[meaning] < lexicon.Count && conceptKeys[word.Terms[meaning]] is >= 0 and var key)
                (own, sure, closest) = (key, word.Closeness[meaning], word.Closeness[meaning]);
        }
        return own;
    }

    /// <summary>By how many services what was said is had: of its meanings those that are nearly as close as the closest.</summary>
    private float RarityOf(QueryWord word)
    {
        if (word.Count == 0)
            return 0;
        var having = 0;
        for (var at = 0; at < word.Count && word.Closeness[at] >= 0.72f * word.Closeness[0]; at++)
            having = Math.Max(having, postings.Count(word.Terms[at]));
        return Postings.Rarity(having, postings.ServiceCount);
    }
}
