using CsCheck;
using EServices.Platform.Time;
using Microsoft.Extensions.Time.Testing;

namespace EServices.Platform.Tests.Time;

public class IdsTests
{
    [Fact]
    public void New_Later_SortsAfter()
    {
        var clock = new FakeTimeProvider();
        var ids = new Ids(clock, new SeededChance(1));
        var made = new List<string>();
        for (var number = 0; number < 1_000; number++)
        {
            made.Add(ids.New("app"));
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.All(made, id => Assert.Matches("^app_[0-9A-HJKMNP-TV-Z]{26}$", id));
    }

    [Fact]
    public void New_SameSeedAndTime_IsTheSame() =>
        Assert.Equal(new Ids(new FakeTimeProvider(), new SeededChance(7)).New("x"), new Ids(new FakeTimeProvider(), new SeededChance(7)).New("x"));

    [Fact]
    public void Below_AnyBound_StaysBelowAndReachesBothEnds() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int).Sample((bound, seed) =>
        {
            var chance = new SeededChance(seed);
            var drawn = Enumerable.Range(0, bound * 40).Select(_ => chance.Below(bound)).ToList();
            return drawn.Min() == 0 && drawn.Max() == bound - 1;
        }, iter: 200);

    [Fact]
    public void Digits_KeepsLeadingZeros()
    {
        var chance = new SeededChance(3);
        var codes = Enumerable.Range(0, 200).Select(_ => chance.Digits(6)).ToList();
        Assert.All(codes, code => Assert.Matches("^[0-9]{6}$", code));
        Assert.Contains(codes, code => code[0] == '0');
    }

    [Theory]
    [InlineData("9906000001", "+919906000001")]
    [InlineData("+91 99060-00001", "+919906000001")]
    [InlineData("09906000001", "+919906000001")]
    [InlineData("00919906000001", "+919906000001")]
    [InlineData("919906000001", "+919906000001")]
    [InlineData("5906000001", null)]
    [InlineData("+9906000001", null)]
    [InlineData("99060000012", null)]
    [InlineData("990600000a", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void TryNormalise_MobileNumber_IsE164OrRefused(string? text, string? expected)
    {
        var taken = Platform.Web.Mobile.TryNormalise(text, out var normalised);
        Assert.Equal(expected is not null, taken);
        Assert.Equal(expected ?? "", normalised);
    }
}
