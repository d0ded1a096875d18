using CsCheck;
using EServices.Catalogue.Search.Engine;

namespace EServices.Catalogue.Tests.Search;

public sealed class SlipsTests
{
    private static readonly Gen<string> Short = Gen.Char["abc"].Array[0, 6].Select(characters => new string(characters));

    [Fact]
    public void Between_IsSymmetric() => Gen.Select(Short, Short).Sample((one, other) => Slips.Between(one, other, 2) == Slips.Between(other, one, 2), iter: 20_000);

    /// <summary>Against all words that one slip can make.</summary>
    [Fact]
    public void Between_OneSlip_IsExactlyOne() => Gen.Select(Short, Short).Sample(
        (one, other) => Slips.Between(one, other, 2) == 1 == (one != other && OneAway(one).Contains(other)), iter: 20_000);

    [Theory]
    [InlineData("income", "income", 0)]
    [InlineData("incmoe", "income", 1)]
    [InlineData("domicle", "domicile", 1)]
    [InlineData("certifcte", "certificate", 2)]
    [InlineData("certificate", "registration", 3)]
    public void Between_Words(string one, string other, int slips) => Assert.Equal(slips, Slips.Between(one, other, 2));

    private static HashSet<string> OneAway(string word)
    {
        var made = new HashSet<string>();
        for (var at = 0; at <= word.Length; at++)
        {
            var (before, after) = (word[..at], word[at..]);
            foreach (var letter in "abc")
            {
                made.Add(before + letter + after);
                if (after.Length > 0)
                    made.Add(before + letter + after[1..]);
            }
            if (after.Length > 0)
                made.Add(before + after[1..]);
            if (after.Length > 1)
                made.Add(before + after[1] + after[0] + after[2..]);
        }
        return made;
    }
}
