namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// How far two words are apart by ear: edit distance (with swaps of neighbours) whose costs are in hundredths of a wrong consonant. A vowel said otherwise costs little,
/// one that the Arabic script leaves unwritten next to nothing.
/// </summary>
internal static class SoundDistance
{
    private const int WrongConsonant = 100, WrongVowel = 30, Swap = 70;

    private static readonly byte[] Change = Changes();
    private static readonly byte[] Gap = Gaps(unwritten: false);
    private static readonly byte[] GapBesideArabic = Gaps(unwritten: true);

    /// <summary>1 for the same sounds, 0 for nothing in common.</summary>
    /// <param name="beginning">Whether the other need only begin with the one.</param>
    public static float Likeness(ReadOnlySpan<byte> one, Script script, ReadOnlySpan<byte> other, Script otherScript, bool beginning = false)
    {
        if (one.Length == 0 || other.Length == 0)
            return 0;
        var gapOfOne = otherScript == Script.Arabic && script != Script.Arabic ? GapBesideArabic : Gap;
        var gapOfOther = script == Script.Arabic && otherScript != Script.Arabic ? GapBesideArabic : Gap;
        var width = other.Length + 1;
        Span<int> rows = stackalloc int[3 * (Sounds.Most + 1)];
        var before = rows[..width];
        var above = rows.Slice(Sounds.Most + 1, width);
        var row = rows.Slice(2 * (Sounds.Most + 1), width);
        above[0] = 0;
        for (var j = 1; j < width; j++)
            above[j] = above[j - 1] + gapOfOther[other[j - 1]];
        for (var i = 1; i <= one.Length; i++)
        {
            var sound = one[i - 1];
            var gap = gapOfOne[sound];
            row[0] = above[0] + gap;
            for (var j = 1; j < width; j++)
            {
                var against = other[j - 1];
                var least = Math.Min(above[j - 1] + Change[(sound * Sounds.Kinds) + against], Math.Min(above[j] + gap, row[j - 1] + gapOfOther[against]));
                if (i > 1 && j > 1 && sound == other[j - 2] && against == one[i - 2])
                    least = Math.Min(least, before[j - 2] + Swap);
                row[j] = least;
            }
            var spare = before;
            before = above;
            above = row;
            row = spare;
        }
        var cost = above[width - 1];
        if (beginning)
        {
            for (var j = 1; j < width; j++)
                cost = Math.Min(cost, above[j]);
            return Math.Max(0, 1 - (cost / (float)Weight(one)));
        }
        return Math.Max(0, 1 - (2 * cost / (float)(Weight(one) + Weight(other))));
    }

    private static int Weight(ReadOnlySpan<byte> sounds)
    {
        var weight = 0;
        foreach (var sound in sounds)
            weight += Sounds.IsVowel(sound) ? WrongVowel : sound is Sounds.H or Sounds.Y ? 40 : WrongConsonant;
        return Math.Max(WrongVowel, weight);
    }

    private static byte[] Changes()
    {
        var costs = new byte[Sounds.Kinds * Sounds.Kinds];
        for (var one = 0; one < Sounds.Kinds; one++)
        {
            for (var other = 0; other < Sounds.Kinds; other++)
                costs[(one * Sounds.Kinds) + other] = (byte)(one == other ? 0 : Sounds.IsVowel((byte)one) && Sounds.IsVowel((byte)other) ? WrongVowel : WrongConsonant);
        }
        Set(Sounds.S, Sounds.Sh, 12);
        Set(Sounds.J, Sounds.Z, 8);
        Set(Sounds.SoftG, Sounds.G, 4);
        Set(Sounds.SoftG, Sounds.J, 4);
        Set(Sounds.SoftG, Sounds.Z, 10);
        Set(Sounds.FlapR, Sounds.R, 4);
        Set(Sounds.FlapR, Sounds.D, 4);
        Set(Sounds.P, Sounds.F, 50);
        Set(Sounds.V, Sounds.F, 70);
        Set(Sounds.V, Sounds.B, 60);
        Set(Sounds.N, Sounds.M, 40);
        Set(Sounds.K, Sounds.G, 70);
        Set(Sounds.T, Sounds.D, 70);
        Set(Sounds.S, Sounds.C, 70);
        Set(Sounds.C, Sounds.Sh, 60);
        Set(Sounds.S, Sounds.Z, 50);
        Set(Sounds.I, Sounds.U, 60);
        Set(Sounds.I, Sounds.O, 60);
        Set(Sounds.E, Sounds.U, 60);
        Set(Sounds.E, Sounds.O, 60);
        Set(Sounds.A, Sounds.I, 50);
        Set(Sounds.A, Sounds.U, 45);
        Set(Sounds.Schwa, Sounds.A, 8);
        Set(Sounds.Schwa, Sounds.E, 20);
        Set(Sounds.Schwa, Sounds.I, 25);
        Set(Sounds.Schwa, Sounds.U, 20);
        Set(Sounds.Schwa, Sounds.O, 20);
        Set(Sounds.A, Sounds.O, 22);
        Set(Sounds.I, Sounds.E, 8);
        Set(Sounds.U, Sounds.O, 8);
        Set(Sounds.Y, Sounds.I, 10);
        Set(Sounds.Y, Sounds.E, 12);
        Set(Sounds.Y, Sounds.J, 60);
        Set(Sounds.V, Sounds.U, 15);
        Set(Sounds.V, Sounds.O, 15);
        Set(Sounds.Ye, Sounds.I, 0);
        Set(Sounds.Ye, Sounds.E, 2);
        Set(Sounds.Ye, Sounds.Y, 2);
        Set(Sounds.Wao, Sounds.U, 0);
        Set(Sounds.Wao, Sounds.O, 0);
        Set(Sounds.Wao, Sounds.V, 2);
        for (var vowel = Sounds.Schwa; vowel < Sounds.AnyVowel; vowel++)
            Set(Sounds.AnyVowel, vowel, 4);
        return costs;

        void Set(byte one, byte other, byte cost) => costs[(one * Sounds.Kinds) + other] = costs[(other * Sounds.Kinds) + one] = cost;
    }

    private static byte[] Gaps(bool unwritten)
    {
        var gaps = new byte[Sounds.Kinds];
        Array.Fill(gaps, (byte)WrongConsonant);
        gaps[Sounds.H] = 15;
        gaps[Sounds.Y] = 18;
        gaps[Sounds.V] = 50;
        gaps[Sounds.N] = 70;
        gaps[Sounds.Schwa] = (byte)(unwritten ? 0 : 6);
        gaps[Sounds.A] = (byte)(unwritten ? 20 : 24);
        gaps[Sounds.I] = gaps[Sounds.U] = (byte)(unwritten ? 5 : 24);
        gaps[Sounds.E] = gaps[Sounds.O] = (byte)(unwritten ? 10 : 24);
        gaps[Sounds.AnyVowel] = 10;
        gaps[Sounds.Ye] = gaps[Sounds.Wao] = 18;
        return gaps;
    }
}
