using CsCheck;
using EServices.Application.Tracking;
using EServices.Platform.Time;

namespace EServices.Application.Tests.Tracking;

public sealed class TrackingNumberTests
{
    private static readonly Gen<string> Numbers = Gen.Select(Gen.Int[0, 3].Select(state => new[] { "JK", "MH", "UKD", "OIL" }[state]), Gen.Int[2025, 2099], Gen.Int)
        .Select((prefix, year, seed) => TrackingNumber.New(prefix, year, new SeededChance(seed)));

    [Fact]
    public void New_HasStateYearBodyAndCheck() => Assert.Matches("^JK-26-[0-9A-HJKMNP-TV-Z]{7}-[0-9A-HJKMNP-TV-Z]$", TrackingNumber.New("JK", 2026, new SeededChance(1)));

    [Fact]
    public void TryParse_ReadsEveryNumberItMade_HoweverItIsTyped() => Numbers.Sample(number =>
    {
        foreach (var typed in new[] { number, number.ToLowerInvariant(), number.Replace("-", ""), $" {number.Replace('-', ' ')} ", TypedWithLookalikes(number) })
        {
            Assert.True(TrackingNumber.TryParse(typed, out var read), typed);
            Assert.Equal(number, read);
        }
    });

    [Fact]
    public void TryParse_AnySingleWrongCharacter_IsNoticed() =>
        Gen.Select(Numbers, Gen.Int[0, 14], Gen.Char["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]).Sample((number, place, wrong) =>
        {
            var plain = number.Replace("-", "");
            place %= plain.Length;
            var mistyped = plain[..place] + wrong + plain[(place + 1)..];
            // Writing O for 0 is no mistake, and the number it stands for is read.
            if (TrackingNumber.TryParse(mistyped, out var read))
                Assert.Equal(number, read);
        }, iter: 20_000);

    [Fact]
    public void TryParse_AnySwapOfNeighbours_IsNoticed() =>
        Gen.Select(Numbers, Gen.Int[0, 13]).Sample((number, place) =>
        {
            var plain = number.Replace("-", "");
            place %= plain.Length - 1;
            if (plain[place] == plain[place + 1])
                return;
            var swapped = plain[..place] + plain[place + 1] + plain[place] + plain[(place + 2)..];
            Assert.False(TrackingNumber.TryParse(swapped, out _), $"{plain} and {swapped} are both taken");
        }, iter: 20_000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("JK")]
    [InlineData("JK-26-")]
    [InlineData("JK-2X-0000000-0")]
    [InlineData("26-0000000-0")]
    [InlineData("JK-26-00000000-0")]
    [InlineData("ЈК-26-0000000-0")]
    [InlineData("JK-26-0000000-*")]
    public void TryParse_WhatIsNoNumber_IsRefused(string? text) => Assert.False(TrackingNumber.TryParse(text, out _));

    [Fact]
    public void TryParse_AVeryLongText_IsRefused() => Assert.False(TrackingNumber.TryParse(new string('0', 1_000_000), out _));

    private static string TypedWithLookalikes(string number)
    {
        var at = number.IndexOf('-');
        return number[..at] + number[at..].Replace('0', 'O').Replace('1', 'l');
    }
}
