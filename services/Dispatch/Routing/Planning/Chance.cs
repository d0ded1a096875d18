using System.Numerics;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>Pseudo-random numbers that are the same for a seed on every machine and in every version of the runtime (xoroshiro128+ by Blackman and Vigna).</summary>
internal struct Chance
{
    private ulong _a;
    private ulong _b;

    public Chance(int seed)
    {
        // SplitMix64 spreads small seeds over all bits.
        var state = (ulong)(uint)seed + 0x9E3779B97F4A7C15UL;
        _a = Mix(ref state);
        _b = Mix(ref state);
    }

    /// <summary>0 to <paramref name="below"/>, exclusive.</summary>
    public int Next(int below) => (int)((UInt128)NextBits() * (ulong)below >> 64);

    /// <summary>0 to 1, exclusive.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }

    private ulong NextBits()
    {
        var (a, b) = (_a, _b);
        b ^= a;
        (_a, _b) = (BitOperations.RotateLeft(a, 24) ^ b ^ (b << 16), BitOperations.RotateLeft(b, 37));
        return _a + _b;
    }
}
