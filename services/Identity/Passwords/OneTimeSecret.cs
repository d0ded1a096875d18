using EServices.Platform.Time;

namespace EServices.Identity.Passwords;

/// <summary>Random secrets that people or machines are given once: 25 characters of Crockford's base 32 (125 bits), in groups so that they can be read out.</summary>
internal static class OneTimeSecret
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Groups = 5;
    private const int GroupLength = 5;

    public static string New(IChance chance) =>
        string.Join('-', Enumerable.Range(0, Groups).Select(_ => string.Create(GroupLength, chance, static (group, source) =>
        {
            foreach (ref var character in group)
                character = Alphabet[source.Below(Alphabet.Length)];
        })));
}
