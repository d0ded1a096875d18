using System.Numerics;
using System.Runtime.InteropServices;

namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// Numbers words in the order in which they come. Their letters lie one after the other in one array, so that hundreds of thousands of words are neither as many objects for the
/// garbage collector to follow nor as many places in memory to look into.
/// </summary>
/// <remarks>Words are added from the catalogue alone, which people review, never from what is asked: so the hash need not be one that nobody can foresee.</remarks>
/// <param name="expected">How many words there may be; there may be more.</param>
internal sealed class WordTable(int expected)
{
    private char[] letters = new char[(expected * 8) + 16];
    private int[] from = new int[expected + 2];

    // Half of a word's hash above its number, counted from 1; 0 is free. A power of two, at most half full.
    private ulong[] slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)expected * 2 + 16)];

    public int Count { get; private set; }

    public ReadOnlySpan<char> this[int word] => letters.AsSpan(from[word], from[word + 1] - from[word]);

    /// <summary>The word's number; -1 where it is not there.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        var hash = Hash(word);
        for (var slot = (int)hash & (slots.Length - 1); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            var number = (int)(uint)slots[slot] - 1;
            if (slots[slot] >> 32 == hash >> 32 && this[number].SequenceEqual(word))
                return number;
        }
        return -1;
    }

    /// <summary>Adds a word that is not there.</summary>
    /// <returns>Its number.</returns>
    public int Add(ReadOnlySpan<char> word)
    {
        if (2 * (Count + 1) > slots.Length)
            Widen();
        if (Count + 2 > from.Length)
            Array.Resize(ref from, from.Length * 2);
        var end = from[Count] + word.Length;
        if (end > letters.Length)
            Array.Resize(ref letters, Math.Max(end, letters.Length * 2));
        word.CopyTo(letters.AsSpan(from[Count]));
        from[++Count] = end;
        Put(Hash(word), Count);
        return Count - 1;
    }

    /// <summary>Gives back what was kept for further words.</summary>
    public void Trim()
    {
        Array.Resize(ref letters, from[Count]);
        Array.Resize(ref from, Count + 1);
    }

    private void Put(ulong hash, int number)
    {
        var slot = (int)hash & (slots.Length - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (slots.Length - 1);
        slots[slot] = (hash >> 32 << 32) | (uint)number;
    }

    private void Widen()
    {
        slots = new ulong[slots.Length * 2];
        for (var word = 0; word < Count; word++)
            Put(Hash(this[word]), word + 1);
    }

    private static ulong Hash(ReadOnlySpan<char> word)
    {
        const ulong Spread = 0x9E3779B97F4A7C15;
        var hash = ((ulong)word.Length + 1) * Spread;
        var fours = MemoryMarshal.Cast<char, ulong>(word);
        foreach (var four in fours)
            hash = BitOperations.RotateLeft((hash ^ four) * Spread, 29);
        foreach (var letter in word[(fours.Length * 4)..])
            hash = BitOperations.RotateLeft((hash ^ letter) * Spread, 29);
        return (hash ^ (hash >> 31)) * Spread;
    }
}
