using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Tests.Support;

namespace EServices.Dispatch.Tests.Slots;

public class SlotRankingTests
{
    private static readonly DispatchRules Rules = new();
    private static readonly WorkingTimes Times = new(TinyState.Pack(), Rules);
    private static readonly DateOnly Tuesday = new(2026, 3, 3);
    private static readonly Need Domicile = new(["certificates"], "ur", "1", new Point(34.01, 74.81));

    private static Bench BenchOf(Platform.Packs.Operator told, params Window[] held)
    {
        var person = new Operator(told);
        return new Bench(person, [.. Times.On(Tuesday, person)], [.. held.Select((window, number) => new Hold(window, $"{person.Id}:{number}"))]);
    }

    private static Window At(int hour, int minute = 0)
    {
        var at = new DateTimeOffset(2026, 3, 3, hour, minute, 0, TinyState.Zone.BaseUtcOffset).ToUniversalTime();
        return new Window(Tuesday, at, at.AddMinutes(90));
    }

    private static IReadOnlyList<Offer> Rank(Need need, params Bench[] benches) => SlotRanking.Rank(need, benches, DateTimeOffset.MinValue, 100, Rules);

    [Fact]
    public void Rank_OffersTheWindowsOfTheShift() =>
        Assert.Equal(
            [At(9), At(10, 30), At(12), At(13, 30), At(15), At(16, 30)],
            Rank(Domicile, BenchOf(TinyState.Ali())).Select(offer => offer.Window));

    [Fact]
    public void Rank_WithoutSkillOrTerritory_OffersNothing()
    {
        Assert.Empty(Rank(Domicile, BenchOf(TinyState.Person("x", "X", "11", "1", 34, 74.8, ["biometrics"], ["ur"]))));
        Assert.Empty(Rank(Domicile, BenchOf(TinyState.Person("x", "X", "21", "2", 34, 74.8, ["certificates"], ["ur"]))));
        Assert.Empty(Rank(Domicile with { Skills = ["certificates", "biometrics"] }, BenchOf(TinyState.Ali())));
        Assert.NotEmpty(Rank(Domicile with { Skills = ["certificates", "biometrics"] }, BenchOf(TinyState.Bina())));
        Assert.NotEmpty(Rank(Domicile with { Skills = [] }, BenchOf(TinyState.Ali())));
    }

    [Fact]
    public void Rank_ARetiredOperator_IsNotOffered()
    {
        var bench = BenchOf(TinyState.Ali());
        bench.Operator.Retire();

        Assert.Empty(Rank(Domicile, bench));
    }

    [Fact]
    public void Rank_HeldWindow_IsNotOffered()
    {
        var offered = Rank(Domicile, BenchOf(TinyState.Ali(), At(12))).Select(offer => offer.Window).ToList();

        Assert.DoesNotContain(At(12), offered);
        Assert.Equal(5, offered.Count);
    }

    [Fact]
    public void Rank_HoldThatOverlapsInPart_BlocksBothWindows()
    {
        // As after a change of the windows' length: the hold stands from 11:00 to 12:30.
        var offered = Rank(Domicile, BenchOf(TinyState.Ali(), At(11))).Select(offer => offer.Window).ToList();

        Assert.Equal([At(9), At(13, 30), At(15), At(16, 30)], offered);
    }

    [Fact]
    public void Rank_AFullDay_IsNotOffered()
    {
        Assert.Empty(Rank(Domicile, BenchOf(TinyState.Ali(most: 2), At(9), At(12))));
        Assert.NotEmpty(Rank(Domicile, BenchOf(TinyState.Ali(most: 3), At(9), At(12))));
    }

    [Fact]
    public void Rank_WhoSpeaksTheLanguage_ComesFirst_WhoDoesNotIsStillOffered()
    {
        // Bina is at the very door, Ali 22 km away.
        var hillside = Domicile with { Place = new Point(34.20, 74.80) };

        Assert.Equal(["ali", "bina"], Rank(hillside, BenchOf(TinyState.Bina()), BenchOf(TinyState.Ali())).Select(offer => offer.Operator.Id).Distinct());
        Assert.Equal(["bina", "ali"], Rank(hillside with { Language = "hi" }, BenchOf(TinyState.Ali()), BenchOf(TinyState.Bina())).Select(offer => offer.Operator.Id).Distinct());
    }

    [Fact]
    public void Rank_NearerComesFirst_ThenWhoHasLessToDo()
    {
        var near = TinyState.Person("near", "Near", "11", "1", 34.01, 74.81, ["certificates"], ["ur"]);
        var same = TinyState.Person("same", "Same", "11", "1", 34.0101, 74.81, ["certificates"], ["ur"]);
        var far = TinyState.Person("far", "Far", "11", "1", 34.10, 74.81, ["certificates"], ["ur"]);

        var ranked = Rank(Domicile, BenchOf(far), BenchOf(near, At(9)), BenchOf(same));

        Assert.Equal(["same", "near", "far"], ranked.Select(offer => offer.Operator.Id).Distinct());
    }

    [Fact]
    public void Rank_AnEarlierDay_ComesBeforeAShorterWay()
    {
        var person = new Operator(TinyState.Person("far", "Far", "12", "1", 34.20, 74.80, ["certificates"], ["hi"]));
        var tuesday = new Bench(person, [.. Times.On(Tuesday, person)], []);
        var near = new Operator(TinyState.Ali());
        var thursday = new Bench(near, [.. Times.On(Tuesday.AddDays(2), near)], []);

        Assert.Equal(["far", "ali"], Rank(Domicile, thursday, tuesday).Select(offer => offer.Operator.Id).Distinct());
    }

    [Fact]
    public void Rank_SaysHowFarAndWhy()
    {
        var offer = Rank(Domicile with { Place = new Point(34.10, 74.80) }, BenchOf(TinyState.Ali(), At(9)))[0];

        // 0.1 degree of latitude is 11.12 km; times 1.4 by road.
        Assert.Equal(15.6, offer.DistanceKm);
        Assert.Equal("Ali has the skill certificates, speaks the caller's language, is 15.6 km away by road (estimated) and has 1 of 4 visits that day.", offer.Why);
    }

    [Fact]
    public void Rank_BeforeTheEarliestTime_OffersNothing() =>
        Assert.Equal([At(15), At(16, 30)], SlotRanking.Rank(Domicile, [BenchOf(TinyState.Ali())], At(14).StartsAt, 100, Rules).Select(offer => offer.Window));

    [Fact]
    public void Rank_IsBoundedByTheLimit() => Assert.Equal(3, SlotRanking.Rank(Domicile, [BenchOf(TinyState.Ali())], DateTimeOffset.MinValue, 3, Rules).Count);
}
