using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>A small, fast generator (xoroshiro128+, Blackman and Vigna 2018) whose sequence depends on its seed alone.</summary>
internal sealed class Chance
{
    private ulong _a;
    private ulong _b;

    public Chance(int seed)
    {
        var state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL + 0x1234567887654321UL);
        _a = Mix(ref state);
        _b = Mix(ref state);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        var (a, b) = (_a, _b);
        var result = a + b;
        b ^= a;
        _a = ulong.RotateLeft(a, 24) ^ b ^ (b << 16);
        _b = ulong.RotateLeft(b, 37);
        return result;
    }

    /// <summary>A whole number from 0 up to but without <paramref name="bound"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Below(int bound) => (int)((Next() >> 32) * (ulong)bound >> 32);

    /// <summary>A number from 0 up to but without 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public unsafe void Shuffle(int* items, int count)
    {
        for (var i = count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
