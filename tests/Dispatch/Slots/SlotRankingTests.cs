using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Tests.Support;

namespace EServices.Dispatch.Tests.Slots;

public class SlotRankingTests
{
    private static readonly DateOnly Tuesday = Sketch.Tuesday;
    private static readonly Need Domicile = new(["certificates"], "ur", "1", new Point(34.01, 74.81));

    /// <summary>Visits held in these windows are at the operator's own door: they take time there and none on the way.</summary>
    private static Bench BenchOf(Platform.Packs.Operator told, params Window[] held) => BenchOf(told, Tuesday, held);

    private static Bench BenchOf(Platform.Packs.Operator told, DateOnly day, params Window[] held)
    {
        var person = new Operator(told);
        return new Bench(Sketch.Day(person, day, [.. held.Select((window, number) => Sketch.Stop($"vis_{number}", window, person.Base))]), [.. Sketch.Times.On(day, person)]);
    }

    private static Window At(int hour, int minute = 0) => Sketch.At(hour, minute);

    private static IReadOnlyList<Offer> Rank(Need need, params Bench[] benches) => Rank(need, DateTimeOffset.MinValue, 100, benches);

    private static IReadOnlyList<Offer> Rank(Need need, DateTimeOffset earliest, int limit, params Bench[] benches) =>
        SlotRanking.Rank(need, benches, window => Sketch.Stop("", window, need.Place), earliest, limit);

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
    public void Rank_WhoIsInTheNeighbourhoodAnyway_ComesFirst()
    {
        // Both live 11 km away; one has a visit next door just before.
        var idle = BenchOf(TinyState.Person("idle", "Idle", "11", "1", 34.11, 74.81, ["certificates"], ["ur"]));
        var busy = BenchOf(TinyState.Person("busy", "Busy", "11", "1", 34.11, 74.81, ["certificates"], ["ur"]));
        busy = busy with { Day = Sketch.Day(busy.Operator, Tuesday, Sketch.Stop("vis_1", At(12), new Point(34.011, 74.81))) };

        var ranked = Rank(Domicile, idle, busy);

        Assert.Equal(("busy", 0.0), (ranked[0].Operator.Id, Math.Round(ranked[0].Added.TotalMinutes / 5)));
        Assert.Equal(62, ranked.First(offer => offer.Operator.Id == "idle").Added.TotalMinutes, 1.0);
    }

    [Fact]
    public void Rank_WindowThatCantBeKept_IsNotOffered_AndTheReasonIsKnown()
    {
        // Free again at half past nine and three hours away: half past ten is free, but not to be kept.
        var bench = BenchOf(TinyState.Ali());
        bench = bench with { Day = Sketch.Day(bench.Operator, Tuesday, Sketch.Stop("vis_1", At(9), bench.Operator.Base)) };
        var far = Domicile with { Place = new Point(34.58, 74.80) };

        Assert.Equal([At(12), At(13, 30), At(15)], Rank(far, bench).Select(offer => offer.Window));

        var closed = SlotRanking.Closed(far, [bench], window => Sketch.Stop("", window, far.Place), DateTimeOffset.MinValue, 10);
        Assert.Equal(
            [(At(10, 30), "the way there is too long to come within the window"), (At(16, 30), "it would lead home too late")],
            closed.Select(window => (window.Window, window.Why)));
    }

    [Fact]
    public void Rank_AnEarlierDay_ComesBeforeAShorterWay()
    {
        var tuesday = BenchOf(TinyState.Person("far", "Far", "12", "1", 34.20, 74.80, ["certificates"], ["hi"]));
        var thursday = BenchOf(TinyState.Ali(), Tuesday.AddDays(2));

        Assert.Equal(["far", "ali"], Rank(Domicile, thursday, tuesday).Select(offer => offer.Operator.Id).Distinct());
    }

    [Fact]
    public void Rank_SaysHowFarAndWhy()
    {
        var offer = Rank(Domicile with { Place = new Point(34.10, 74.80) }, BenchOf(TinyState.Ali(), At(9)))[0];

        // 0.1 degree of latitude is 11.12 km; times 1.4 by road, there and back at 30 km/h.
        Assert.Equal(15.6, offer.DistanceKm);
        Assert.Equal(62, offer.Added.TotalMinutes, 0.5);
        Assert.Equal("Ali has the skill certificates, speaks the caller's language, is 15.6 km away by road, has 1 of 4 visits that day and gets 62 more minutes on the road.", offer.Why);
    }

    [Fact]
    public void Rank_BeforeTheEarliestTime_OffersNothing() =>
        Assert.Equal([At(15), At(16, 30)], Rank(Domicile, At(14).StartsAt, 100, BenchOf(TinyState.Ali())).Select(offer => offer.Window));

    [Fact]
    public void Rank_IsBoundedByTheLimit() => Assert.Equal(3, Rank(Domicile, DateTimeOffset.MinValue, 3, BenchOf(TinyState.Ali())).Count);
}
