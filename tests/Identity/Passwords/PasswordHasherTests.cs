using EServices.Identity.Passwords;
using EServices.Platform.Time;

namespace EServices.Identity.Tests.Passwords;

public sealed class PasswordHasherTests : IDisposable
{
    private readonly PasswordHasher hasher = new(new SystemChance());

    public void Dispose() => hasher.Dispose();

    [Fact]
    public async Task Hash_CarriesItsCostAndSalt_AndIsNeverTheSame()
    {
        var one = await hasher.HashAsync("walnut bridge lantern", CancellationToken.None);
        var two = await hasher.HashAsync("walnut bridge lantern", CancellationToken.None);

        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", one);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public async Task Verify_TellsRightFromWrong_ToTheLastCharacter()
    {
        var longPassword = new string('x', 200);
        var hash = await hasher.HashAsync(longPassword, CancellationToken.None);

        Assert.Equal(Verdict.Right, await hasher.VerifyAsync(longPassword, hash, CancellationToken.None));
        Assert.Equal(Verdict.Wrong, await hasher.VerifyAsync(longPassword[..199] + "y", hash, CancellationToken.None));
    }

    [Fact]
    public async Task Verify_KnowsTheSamePasswordTypedOtherwise()
    {
        var hash = await hasher.HashAsync("caf\u00E9 walnut bridge", CancellationToken.None);

        Assert.Equal(Verdict.Right, await hasher.VerifyAsync("cafe\u0301 walnut bridge", hash, CancellationToken.None));
    }

    /// <summary>The vector of RFC 9106's reference implementation for these parameters, so that what is stored is Argon2id and not something like it.</summary>
    [Fact]
    public async Task Verify_AgreesWithTheReferenceImplementation_AndSeesAnOlderCost()
    {
        const string Reference = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

        Assert.Equal(Verdict.RightButOutdated, await hasher.VerifyAsync("password", Reference, CancellationToken.None));
        Assert.Equal(Verdict.Wrong, await hasher.VerifyAsync("passwore", Reference, CancellationToken.None));
    }

    [Fact]
    public async Task Verify_WithoutAHashOrAPassword_IsWrong()
    {
        Assert.Equal(Verdict.Wrong, await hasher.VerifyAsync("walnut bridge lantern", null, CancellationToken.None));
        Assert.Equal(Verdict.Wrong, await hasher.VerifyAsync("", null, CancellationToken.None));
    }
}
