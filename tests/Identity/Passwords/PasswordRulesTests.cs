using EServices.Identity.Passwords;

namespace EServices.Identity.Tests.Passwords;

public sealed class PasswordRulesTests
{
    private static readonly PasswordRules Rules = new(["Jammu and Kashmir", "jk", "digidost", "Revenue Department", "jk.gov.in"]);

    [Theory]
    [InlineData("chinar leaves turn copper late")]
    [InlineData("correct horse wobbles over staple")]
    [InlineData("kZ8#vPq2!mW4xT9")]
    [InlineData("84736251928374650")]
    [InlineData("شالیمار کے پھول کھلتے ہیں")]
    [InlineData("डल झील पर शिकारा चलता")]
    public void Password_OfItsOwnWords_IsTaken(string password) => Assert.Empty(Check(password));

    [Fact]
    public void Password_OfSixtyFourAndMoreCharacters_IsTakenWhole() =>
        Assert.Empty(Check("walnut bridge seven boats and a lantern that nobody lit before the snow came down"));

    [Theory]
    [InlineData("", "too-short")]
    [InlineData("kZ8#vPq2!mW4x", "too-short")]
    [InlineData("😀😀😀😁😁😁", "too-short")]
    [InlineData("passwordpassword", "guessable")]
    [InlineData("P@ssw0rd-2026-2026", "guessable")]
    [InlineData("password123456789", "guessable")]
    [InlineData("123456789012345", "guessable")]
    [InlineData("abcdefghijklmnop", "guessable")]
    [InlineData("ponmlkjihgfedcba", "guessable")]
    [InlineData("aaaaaaaaaaaaaaaa", "guessable")]
    [InlineData("xk7xk7xk7xk7xk7x", "guessable")]
    [InlineData("qwertyuiop123456", "guessable")]
    [InlineData("iloveyoupassword", "guessable")]
    [InlineData("haleema.begum.1984", "guessable")]
    [InlineData("Jammu&Kashmir@2026", "guessable")]
    [InlineData("digidost-jk-000-999", "guessable")]
    [InlineData("RevenueDepartment1", "guessable")]
    [InlineData("123hbegum456@jk789", "guessable")]
    public void Password_ThatAGuesserTries_IsRefused(string password, string code) =>
        Assert.Equal(code, Assert.Single(Check(password)).Code);

    [Fact]
    public void Password_ThatIsNull_IsTooShort() => Assert.Equal("too-short", Assert.Single(Rules.Check(null, "/newPassword")).Code);

    [Fact]
    public void Password_BeyondTheLimit_IsRefusedAndNotCutOff() =>
        Assert.Equal("too-long", Assert.Single(Check(string.Concat(Enumerable.Range(0, 257).Select(at => (char)('a' + (at * at % 23)))))).Code);

    [Fact]
    public void Length_IsCountedAfterNormalisation()
    {
        // U+FB03 is one character that becomes three: what is typed is what is counted after NFKC, as it is hashed.
        Assert.Empty(Check("\uFB03x walnut lan7"));
    }

    [Fact]
    public void List_HoldsAtLeastAFewHundred() => Assert.True(CommonPasswords.Count >= 500, $"{CommonPasswords.Count}");

    private static IReadOnlyList<Platform.FieldError> Check(string password) => Rules.Check(password, "/newPassword", "Haleema Begum", "hbegum@jk.gov.in");
}
