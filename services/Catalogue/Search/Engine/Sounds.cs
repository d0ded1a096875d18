namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// A word as it sounds, from any of three scripts. Devanagari writes its vowels; Latin writes them as people please; the Arabic script leaves the short ones out. So two
/// things are made of a word: its sounds, compared with costs that know what each script is vague about (<see cref="SoundDistance"/>), and its skeleton, the classes of
/// its consonants, by which words that may sound alike are found at once.
/// </summary>
internal static class Sounds
{
    public const int Most = 40;

    // Consonants; aspiration and the place of t and d are left out, as Latin spelling leaves them out.
    public const byte B = 1, P = 2, F = 3, V = 4, T = 5, D = 6, K = 7, G = 8, C = 9, J = 10, Z = 11, S = 12, Sh = 13, N = 14, M = 15, R = 16, L = 17, H = 18, Y = 19;

    /// <summary>ड़, ڑ: written r by some and d by others.</summary>
    public const byte FlapR = 20;

    /// <summary>A Latin g before e, i and y.</summary>
    public const byte SoftG = 21;

    // Vowels.
    public const byte Schwa = 22, A = 23, I = 24, E = 25, U = 26, O = 27;

    /// <summary>ا and ع at the beginning: any vowel.</summary>
    public const byte AnyVowel = 28;

    /// <summary>ی and و within a word: a vowel or its semivowel.</summary>
    public const byte Ye = 29, Wao = 30;

    public const int Kinds = 31;

    public static bool IsVowel(byte sound) => sound >= Schwa;

    /// <summary>The sounds of a folded word; none where it holds other than letters of its script.</summary>
    /// <param name="sounds">At least <see cref="Most"/> long.</param>
    /// <returns>How many.</returns>
    public static int Of(ReadOnlySpan<char> word, Script script, Span<byte> sounds) => script switch
    {
        Script.Latin => LatinSounds.Of(word, sounds),
        Script.Devanagari => DevanagariSounds.Of(word, sounds),
        Script.Arabic => ArabicSounds.Of(word, sounds),
        _ => 0,
    };
}

internal static class DevanagariSounds
{
    public static int Of(ReadOnlySpan<char> word, Span<byte> sounds)
    {
        var count = 0;
        for (var at = 0; at < word.Length && count + 2 < Sounds.Most; at++)
        {
            var letter = word[at];
            var next = at + 1 < word.Length ? word[at + 1] : '\0';
            if (Vowel(letter) is > 0 and var vowel)
            {
                sounds[count++] = vowel;
                continue;
            }
            switch (letter)
            {
                case 'ऋ':
                    (sounds[count], sounds[count + 1]) = (Sounds.R, Sounds.I);
                    count += 2;
                    continue;
                case 'ृ':
                    (sounds[count], sounds[count + 1]) = (Sounds.R, Sounds.I);
                    count += 2;
                    continue;
                case 'ं':
                    sounds[count++] = Sounds.N;
                    continue;
                case 'ः' or '\u094D' or 'ऽ':
                    continue;
            }
            var consonant = Consonant(letter);
            if (consonant == 0)
                return 0;
            // ज्ञ is said gy.
            if (letter == 'ज' && next == '\u094D' && at + 2 < word.Length && word[at + 2] == 'ञ')
            {
                consonant = Sounds.G;
                at += 2;
                next = at + 1 < word.Length ? word[at + 1] : '\0';
            }
            // The nukta is folded away, and often not typed at all.
            if (letter is 'ड' or 'ढ' && count > 0 && Sounds.IsVowel(sounds[count - 1]))
                consonant = Sounds.FlapR;
            sounds[count++] = consonant;
            // The vowel nobody writes is said, but not at the end.
            if (next != '\0' && next != '\u094D' && next is not ((>= 'ा' and <= 'ौ') or 'ृ'))
                sounds[count++] = Sounds.Schwa;
        }
        return count;
    }

    private static byte Vowel(char letter) => letter switch
    {
        'अ' => Sounds.Schwa,
        'आ' or 'ा' => Sounds.A,
        'इ' or 'ई' or 'ि' or 'ी' => Sounds.I,
        'उ' or 'ऊ' or 'ु' or 'ू' => Sounds.U,
        'ए' or 'ऐ' or 'ऍ' or 'े' or 'ै' or 'ॅ' => Sounds.E,
        'ओ' or 'औ' or 'ऑ' or 'ो' or 'ौ' or 'ॉ' => Sounds.O,
        _ => 0,
    };

    private static byte Consonant(char letter) => letter switch
    {
        'क' or 'ख' => Sounds.K,
        'ग' or 'घ' => Sounds.G,
        'च' or 'छ' => Sounds.C,
        'ज' or 'झ' => Sounds.J,
        'ट' or 'ठ' or 'त' or 'थ' => Sounds.T,
        'ड' or 'ढ' or 'द' or 'ध' => Sounds.D,
        'ङ' or 'ञ' or 'ण' or 'न' => Sounds.N,
        'प' => Sounds.P,
        'फ' => Sounds.F,
        'ब' or 'भ' => Sounds.B,
        'म' => Sounds.M,
        'य' => Sounds.Y,
        'र' => Sounds.R,
        'ल' or 'ळ' => Sounds.L,
        'व' => Sounds.V,
        'श' or 'ष' => Sounds.Sh,
        'स' => Sounds.S,
        'ह' => Sounds.H,
        _ => 0,
    };
}

internal static class ArabicSounds
{
    public static int Of(ReadOnlySpan<char> word, Span<byte> sounds)
    {
        var count = 0;
        for (var at = 0; at < word.Length && count + 1 < Sounds.Most; at++)
        {
            var (letter, first, last) = (word[at], at == 0, at == word.Length - 1);
            var sound = letter switch
            {
                'ا' => first ? Sounds.AnyVowel : Sounds.A,
                'ع' => first ? Sounds.AnyVowel : Sounds.Schwa,
                'ب' => Sounds.B,
                'پ' => Sounds.P,
                'ت' or 'ط' or 'ٹ' => Sounds.T,
                'ث' or 'س' or 'ص' => Sounds.S,
                'ج' => Sounds.J,
                'چ' => Sounds.C,
                'ح' => Sounds.H,
                'ہ' => last && !first ? Sounds.Schwa : Sounds.H,
                'خ' or 'ق' or 'ک' => Sounds.K,
                'د' or 'ڈ' => Sounds.D,
                'ذ' or 'ز' or 'ض' or 'ظ' or 'ژ' => Sounds.Z,
                'ر' => Sounds.R,
                'ڑ' => Sounds.FlapR,
                'ش' => Sounds.Sh,
                'غ' or 'گ' => Sounds.G,
                'ف' => Sounds.F,
                'ل' => Sounds.L,
                'م' => Sounds.M,
                'ن' or 'ں' => Sounds.N,
                'و' => first ? Sounds.V : Sounds.Wao,
                'ی' => first ? Sounds.Y : Sounds.Ye,
                'ے' => Sounds.E,
                'ء' => (byte)255,
                _ => (byte)0,
            };
            if (sound == 0)
                return 0;
            if (sound != 255)
                sounds[count++] = sound;
        }
        return count;
    }
}

/// <summary>English spelling and the several ways in which Hindi and Urdu are put into Latin letters, read by one set of rules.</summary>
internal static class LatinSounds
{
    public static int Of(ReadOnlySpan<char> word, Span<byte> sounds)
    {
        var count = 0;
        for (var at = 0; at < word.Length && count + 2 < Sounds.Most; at++)
        {
            var letter = word[at];
            if (letter is < 'a' or > 'z')
                return 0;
            char next = At(word, at + 1), second = At(word, at + 2);
            if (letter == next && !IsVowel(letter) && !(letter == 'c' && second is 'e' or 'i'))
                continue;
            switch (letter)
            {
                case 'a':
                    if (next == 'a') (sounds[count++], at) = (Sounds.A, at + 1);
                    else if (next == 'i' || (next == 'y' && !IsVowel(second))) (sounds[count++], at) = (Sounds.E, at + 1);
                    else if (next == 'u' || (next == 'w' && !IsVowel(second))) (sounds[count++], at) = (Sounds.O, at + 1);
                    else sounds[count++] = Sounds.Schwa;
                    break;
                case 'e':
                    if (next is 'e' or 'a') (sounds[count++], at) = (Sounds.I, at + 1);
                    else if (next == 'i' || (next == 'y' && !IsVowel(second))) (sounds[count++], at) = (Sounds.E, at + 1);
                    else if (next == 'u' || (next == 'w' && !IsVowel(second))) (sounds[count++], at) = (Sounds.U, at + 1);
                    // Silent in English, said in Hindi: a vowel that costs nothing to leave out.
                    else sounds[count++] = next == '\0' && count > 2 ? Sounds.Schwa : Sounds.E;
                    break;
                case 'i':
                    if (next is 'e' or 'i') at++;
                    else if (next == 'g' && second == 'h') at += 2;
                    sounds[count++] = Sounds.I;
                    break;
                case 'o':
                    if (next == 'o') (sounds[count++], at) = (Sounds.U, at + 1);
                    else if (next is 'u' or 'a' || (next == 'w' && !IsVowel(second))) (sounds[count++], at) = (Sounds.O, at + 1);
                    else sounds[count++] = Sounds.O;
                    break;
                case 'u':
                    if (next is 'u' or 'e') at++;
                    sounds[count++] = Sounds.U;
                    break;
                case 'y':
                    sounds[count++] = at == 0 || IsVowel(next) ? Sounds.Y : Sounds.I;
                    break;
                case 'b': sounds[count++] = Sounds.B; Skip('h'); break;
                case 'c':
                    if (next == 'h') (sounds[count++], at) = (second == 'r' || Begins(word[(at + 2)..], "em") ? Sounds.K : Sounds.C, at + 1);
                    else if (next == 'k') (sounds[count++], at) = (Sounds.K, at + 1);
                    else if (next == 'c') sounds[count++] = Sounds.K;
                    else if (next == 'i' && second is 'a' or 'o') (sounds[count++], at) = (Sounds.Sh, at + 1);
                    else sounds[count++] = next is 'e' or 'i' or 'y' ? Sounds.S : Sounds.K;
                    break;
                case 'd':
                    if (next == 'g' && second == 'e') (sounds[count++], at) = (Sounds.J, at + 1);
                    else { sounds[count++] = Sounds.D; Skip('h'); }
                    break;
                case 'f': sounds[count++] = Sounds.F; break;
                case 'g':
                    if (next == 'h' && second == 't') at++;
                    else if (next == 'h') (sounds[count++], at) = (Sounds.G, at + 1);
                    else sounds[count++] = next is 'e' or 'i' or 'y' ? Sounds.SoftG : Sounds.G;
                    break;
                case 'h': sounds[count++] = Sounds.H; break;
                case 'j': sounds[count++] = Sounds.J; Skip('h'); break;
                case 'k':
                    if (at == 0 && next == 'n') break;
                    sounds[count++] = Sounds.K;
                    Skip('h');
                    break;
                case 'l': sounds[count++] = Sounds.L; break;
                case 'm': sounds[count++] = next is 'b' or 'p' ? Sounds.N : Sounds.M; break;
                case 'n': sounds[count++] = Sounds.N; break;
                case 'p':
                    if (next == 'h') (sounds[count++], at) = (Sounds.F, at + 1);
                    else sounds[count++] = Sounds.P;
                    break;
                case 'q':
                    sounds[count++] = Sounds.K;
                    if (next == 'u' && IsVowel(second)) at++;
                    break;
                case 'r': sounds[count++] = Sounds.R; Skip('h'); break;
                case 's':
                    if (next == 'h') (sounds[count++], at) = (Sounds.Sh, at + 1);
                    else if (next == 'c' && second == 'h') { (sounds[count], sounds[count + 1]) = (Sounds.S, Sounds.K); count += 2; at += 2; }
                    else if (next == 'c' && second is 'e' or 'i') (sounds[count++], at) = (Sounds.S, at + 1);
                    else if (next == 'i' && second == 'o') (sounds[count++], at) = (Sounds.Sh, at + 1);
                    else sounds[count++] = Sounds.S;
                    break;
                case 't':
                    if (next == 'h') (sounds[count++], at) = (Sounds.T, at + 1);
                    else if (next == 'c' && second == 'h') (sounds[count++], at) = (Sounds.C, at + 2);
                    else if (next == 'i' && second is 'o' or 'a' && at > 0) (sounds[count++], at) = (Sounds.Sh, at + 1);
                    else if (Begins(word[at..], "ture") && at > 0) sounds[count++] = Sounds.C;
                    else sounds[count++] = Sounds.T;
                    break;
                case 'v': sounds[count++] = Sounds.V; break;
                case 'w': sounds[count++] = Sounds.V; Skip('h'); break;
                case 'x':
                    if (at == 0) { sounds[count++] = Sounds.Z; break; }
                    (sounds[count], sounds[count + 1]) = (Sounds.K, Sounds.S);
                    count += 2;
                    break;
                case 'z': sounds[count++] = Sounds.Z; Skip('h'); break;
            }

            void Skip(char silent)
            {
                if (next == silent) at++;
            }
        }
        return count;
    }

    private static char At(ReadOnlySpan<char> word, int at) => at < word.Length ? word[at] : '\0';

    private static bool Begins(ReadOnlySpan<char> word, string with) => word.StartsWith(with, StringComparison.Ordinal);

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u';
}
