namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// The classes of a word's consonants, five bits each from the top, so that the keys sort as words do and a beginning is a range. Vowels count at the beginning only;
/// h, y and v only there too, since elsewhere one script writes them and the next does not; nasals before lips are one; a doubled consonant is one.
/// </summary>
internal static class Skeleton
{
    public const int MostConsonants = 12;

    /// <summary>A word whose spelling can be read in two ways has as many keys.</summary>
    public const int MostKeys = 8;

    public const int Bits = 5;

    private const byte Vowel = 20;

    /// <summary>Of the whole word and of its stem: an s at the end makes a plural in English, and belongs to the word in niwas.</summary>
    /// <param name="sounds">Of the whole word.</param>
    /// <param name="length">The whole word's, in letters.</param>
    /// <param name="keys">At least <see cref="MostKeys"/> long.</param>
    /// <returns>How many keys; none for a word without a sound.</returns>
    public static int KeysOf(ReadOnlySpan<byte> sounds, int length, ReadOnlySpan<char> stem, Script script, Span<ulong> keys)
    {
        var count = 0;
        Add(sounds, script, keys, ref count);
        if (stem.Length != length)
        {
            Span<byte> ofStem = stackalloc byte[Sounds.Most];
            Add(ofStem[..Sounds.Of(stem, script, ofStem)], script, keys, ref count);
        }
        return count;
    }

    private static void Add(ReadOnlySpan<byte> sounds, Script script, Span<ulong> keys, ref int count)
    {
        if (sounds.Length == 0)
            return;
        var forks = 0;
        foreach (var sound in sounds)
        {
            if (sound is Sounds.FlapR or Sounds.SoftG)
                forks++;
        }
        // اسکول is said with a vowel before s that other scripts don't write.
        var leading = script == Script.Arabic && sounds.Length > 2 && sounds[0] == Sounds.AnyVowel && sounds[1] == Sounds.S && !Sounds.IsVowel(sounds[2]);
        var readings = 1 << Math.Min(forks, leading ? 1 : 2);
        for (var reading = 0; reading < readings; reading++)
        {
            Add(Key(sounds, reading), keys, ref count);
            if (leading)
                Add(Key(sounds[1..], reading), keys, ref count);
        }
    }

    public static int Length(ulong key)
    {
        var length = 0;
        for (; key != 0 && length < MostConsonants; length++)
            key = key << Bits & Mask;
        return length;
    }

    /// <summary>The key without the consonant at a place.</summary>
    public static ulong Without(ulong key, int place)
    {
        var behind = (MostConsonants - place) * Bits;
        var head = behind >= MostConsonants * Bits ? 0 : key >> behind << behind;
        var tail = key & ((1UL << (behind - Bits)) - 1);
        return head | tail << Bits;
    }

    /// <summary>The last key that begins with this one.</summary>
    public static ulong LastFrom(ulong key, int length) => key | ((1UL << ((MostConsonants - length) * Bits)) - 1);

    private const ulong Mask = (1UL << (MostConsonants * Bits)) - 1;

    private static void Add(ulong key, Span<ulong> keys, ref int count)
    {
        if (key != 0 && count < MostKeys && !keys[..count].Contains(key))
            keys[count++] = key;
    }

    private static ulong Key(ReadOnlySpan<byte> sounds, int reading)
    {
        Span<byte> classes = stackalloc byte[MostConsonants];
        var (length, fork) = (0, 0);
        for (var at = 0; at < sounds.Length; at++)
        {
            var sound = sounds[at];
            var written = sound switch
            {
                Sounds.FlapR => (reading >> Math.Min(fork++, 1) & 1) == 0 ? Sounds.R : Sounds.D,
                Sounds.SoftG => (reading >> Math.Min(fork++, 1) & 1) == 0 ? Sounds.J : Sounds.G,
                Sounds.Z => Sounds.J,
                Sounds.Sh => Sounds.S,
                Sounds.Y => Vowel,
                >= Sounds.Schwa => Vowel,
                _ => sound,
            };
            if (at > 0 && written is Vowel or Sounds.H or Sounds.V)
                continue;
            if (length > 0 && written is Sounds.B or Sounds.P or Sounds.F && classes[length - 1] == Sounds.M)
                classes[length - 1] = Sounds.N;
            if (length > 0 && classes[length - 1] == written)
                continue;
            if (length == MostConsonants)
                break;
            classes[length++] = written;
        }
        ulong key = 0;
        for (var at = 0; at < length; at++)
            key |= (ulong)classes[at] << ((MostConsonants - 1 - at) * Bits);
        return key;
    }
}
