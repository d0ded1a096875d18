namespace EServices.Faults.Tests.Load;

/// <summary>What citizens do where they might do otherwise, from one seed; drawn by many at once.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random chance = new(seed);

    public double Draw()
    {
        lock (chance)
            return chance.NextDouble();
    }

    public T OneOf<T>(IReadOnlyList<T> some) => some[(int)(Draw() * some.Count)];

    public string Mobile() => $"+919{(long)(Draw() * 1_000_000_000):000000000}";
}
