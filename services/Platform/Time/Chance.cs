using System.Security.Cryptography;

namespace EServices.Platform.Time;

/// <summary>Where random bits come from: the operating system in production, a seed in tests and simulations.</summary>
public interface IChance
{
    void Fill(Span<byte> bytes);
}

/// <summary>Cryptographically strong randomness, fit for one-time codes and secrets.</summary>
public sealed class SystemChance : IChance
{
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}

/// <summary>Repeatable chance: the same seed gives the same bits. Never for secrets.</summary>
public sealed class SeededChance(int seed) : IChance
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);

    public void Fill(Span<byte> bytes)
    {
        lock (gate)
            random.NextBytes(bytes);
    }
}

public static class ChanceExtensions
{
    /// <summary>A number from 0 up to, not including, <paramref name="exclusive"/>, each equally likely.</summary>
    public static int Below(this IChance chance, int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusive, 1);
        var limit = uint.MaxValue - (uint.MaxValue % (uint)exclusive);
        Span<byte> bytes = stackalloc byte[4];
        uint drawn;
        do
        {
            chance.Fill(bytes);
            drawn = BitConverter.ToUInt32(bytes);
        }
        while (drawn >= limit);
        return (int)(drawn % (uint)exclusive);
    }

    /// <summary>A one-time code of <paramref name="digits"/> decimal digits, leading zeros kept.</summary>
    public static string Digits(this IChance chance, int digits) =>
        string.Create(digits, chance, static (span, source) =>
        {
            foreach (ref var digit in span)
                digit = (char)('0' + source.Below(10));
        });
}
