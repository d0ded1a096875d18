using EServices.Dispatch.Calls;
using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Tests.Support;
using EServices.Dispatch.Visits;

namespace EServices.Dispatch.Tests.Days;

/// <summary>Territories drawn at random: whatever the core proposes can be held one move after another, breaks no promise, and is worth it.</summary>
public sealed class ReplanTests
{
    private static readonly (int Hour, int Minute)[] Windows = [(9, 0), (10, 30), (12, 0), (13, 30), (15, 0), (16, 30)];
    private static readonly VisitOrder Order = OrderOf();

    private sealed record Drawn(IReadOnlyList<OperatorDay> Days, IReadOnlyList<Stop> Waiting)
    {
        public Replan Replan => new(Days, Waiting, day => day.Operator.Active, Sketch.Rules);
    }

    [Fact]
    public void Improve_AnyTerritory_SavesWhatAChangeIsWorth_AndKeepsEveryPromise()
    {
        var moved = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var drawn = Draw(seed, DateTimeOffset.MinValue);
            var settled = drawn.Days.SelectMany(day => day.Stops).Where((_, number) => number % 5 == 0).ToHashSet();

            var found = drawn.Replan.Improve(settled.Contains, CancellationToken.None);

            Assert.Empty(found.Unsound);
            Assert.DoesNotContain(found.Moves, move => settled.Contains(move.Stop));
            var after = Made(drawn, found);
            Assert.All(after.Where(day => day.Load > 0), Routed.AssertSound);
            Assert.Equal(Travel(drawn.Days) - Travel(after), found.TravelBefore - found.TravelAfter);
            Assert.True(Travel(drawn.Days) - Travel(after) >= found.Moves.Count * TimeSpan.FromMinutes(Sketch.Rules.ChangeWorthMinutes), $"seed {seed}: {found}");
            Assert.Equal(Told(found), Told(Draw(seed, DateTimeOffset.MinValue).Replan.Improve(stop => settled.Any(one => one.VisitId == stop.VisitId), CancellationToken.None)));
            // What shares an operator stands or falls together.
            Assert.Equal(found.Moves.Select(move => move.Bundle), found.Moves.Select(move => found.Moves.First(other => Shares(move, other)).Bundle));
            moved += found.Moves.Count;
        }
        Assert.True(moved > 30, $"only {moved} moves");
    }

    [Fact]
    public void Improve_BrokenOff_StillGivesWhatCanBeMade()
    {
        var drawn = Draw(3, DateTimeOffset.MinValue);

        var found = drawn.Replan.Improve(_ => false, new CancellationToken(canceled: true));

        Assert.Empty(found.Unsound);
        Assert.All(Made(drawn, found).Where(day => day.Load > 0), Routed.AssertSound);
    }

    [Fact]
    public void Mend_AnyTrouble_MakesNobodyLater_AndTakesNoVisitFromAnyone()
    {
        var (helped, hopeless) = (0, 0);
        for (var seed = 0; seed < 120; seed++)
        {
            var drawn = Late(Draw(seed, DateTimeOffset.MinValue, full: true), seed);

            var found = drawn.Replan.Mend();

            Assert.Empty(found.Unsound);
            Assert.DoesNotContain(found.Moves, move => move.Stop.Locked);
            var (before, after) = (LateOf(drawn.Days), LateOf(Made(drawn, found)));
            foreach (var (visit, late) in after)
                Assert.True(late <= TimeSpan.Zero || (before.TryGetValue(visit, out var was) && late <= was), $"seed {seed}: {visit} is late by {late}");
            Assert.Subset(after.Keys.ToHashSet(), before.Keys.ToHashSet());
            Assert.Equal(Told(found), Told(Late(Draw(seed, DateTimeOffset.MinValue, full: true), seed).Replan.Mend()));
            helped += found.Moves.Count;
            hopeless += found.Hopeless.Count;
        }
        Assert.True(helped > 20 && hopeless > 20, $"{helped} moves, {hopeless} hopeless");
    }

    [Fact]
    public void Mend_WithoutTrouble_DoesNothing()
    {
        var drawn = Draw(1, DateTimeOffset.MinValue) with { Waiting = [] };

        Assert.Same(Replanned.Nothing, drawn.Replan.Mend());
    }

    [Fact]
    public void Improve_WhoeverServesNoMore_GetsNothing_AndKeepsWhatIsHeld()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var drawn = Draw(seed, DateTimeOffset.MinValue);
            var gone = drawn.Days[0].Operator;
            gone.Retire();

            var found = drawn.Replan.Improve(_ => false, CancellationToken.None);

            Assert.Empty(found.Unsound);
            Assert.DoesNotContain(found.Moves, move => move.To.Operator == gone || move.From?.Operator == gone);
        }
    }

    private static bool Shares(Move move, Move other) =>
        new[] { move.From?.Operator.Id, move.To.Operator.Id }.Intersect([other.From?.Operator.Id, other.To.Operator.Id]).Any(id => id is not null);

    /// <summary>Makes the moves one by one, each checked by the rules as they read, not by the core.</summary>
    private static List<OperatorDay> Made(Drawn drawn, Replanned found)
    {
        var days = drawn.Days.ToDictionary(day => day.Operator.Id);
        foreach (var move in found.Moves)
        {
            var (need, to) = (move.Stop.Visit!.Order.Need, days[move.To.Operator.Id]);
            Assert.True(to.Operator.Suits(need));
            Assert.DoesNotContain(to.Operator.Id, move.Stop.Visit.DeclinedBy);
            Assert.True(to.Load < to.Operator.MaxVisitsPerDay);
            Assert.DoesNotContain(to.Stops, held => held.Window.Overlaps(move.Stop.Window.StartsAt, move.Stop.Window.EndsAt));
            Assert.False(string.IsNullOrWhiteSpace(move.Why));
            days[to.Operator.Id] = to.With(move.Stop);
            if (move.From is not null)
                days[move.From.Operator.Id] = days[move.From.Operator.Id].Without(move.Stop.VisitId);
            Assert.True(days[to.Operator.Id].Timetable.Timings.Single(timing => timing.Stop == move.Stop).Late <= TimeSpan.Zero);
        }
        return [.. days.Values];
    }

    private static Drawn Draw(int seed, DateTimeOffset now, bool full = false)
    {
        var random = new Random(seed);
        List<OperatorDay> days =
        [
            .. Enumerable.Range(0, 2 + random.Next(4)).Select(number =>
            {
                var (latitude, longitude) = (34.0 + (random.NextDouble() * 0.4), 74.8 + (random.NextDouble() * 0.4));
                string[] skills = random.Next(2) == 0 ? ["certificates"] : ["certificates", "biometrics"];
                var told = TinyState.Person($"op{number}", $"Op {number}", "11", "1", latitude, longitude, skills, random.Next(4) == 0 ? ["hi"] : ["ur"], most: 3 + random.Next(3));
                return Sketch.Day(new Operator(told), Sketch.Tuesday, now);
            }),
        ];
        List<Stop> waiting = [];
        for (var number = 0; number < days.Count * (full ? 4 : 3); number++)
        {
            var (hour, minute) = Windows[random.Next(Windows.Length)];
            var window = Sketch.At(hour, minute);
            var place = new Point(34.0 + (random.NextDouble() * 0.4), 74.8 + (random.NextDouble() * 0.4));
            var order = Order with
            {
                Skills = random.Next(4) == 0 ? ["biometrics"] : ["certificates"],
                Address = Order.Address with { Latitude = place.Latitude, Longitude = place.Longitude },
                Minutes = 15 + random.Next(45),
            };
            var first = random.Next(days.Count);
            var stop = Sketch.Stop($"vis_{number}", window, place, order.Minutes.Value);
            var taker = Enumerable.Range(0, days.Count).Select(next => (first + next) % days.Count)
                .FirstOrDefault(index => days[index].Operator.Suits(order.Need) && days[index].Try(stop).Refused is null, -1);
            var offer = new Offer(days[Math.Max(0, taker)].Operator, window, 1, 0, true, window.StartsAt, TimeSpan.Zero, "near");
            stop = stop with { Visit = Visit.Schedule(stop.VisitId, order, offer, new DayPlace(stop.VisitId, stop.VisitId), CallSamples.Farah, CallSamples.Now, Sketch.Rules) };
            if (taker < 0)
                waiting.Add(stop);
            else
                days[taker] = days[taker].With(stop);
        }
        return new Drawn(days, waiting);
    }

    /// <summary>Some hours later: the first operator has come to the first door only now, or is nowhere yet.</summary>
    private static Drawn Late(Drawn drawn, int seed)
    {
        var now = Sketch.Clock(10 + (seed % 6), 20);
        List<OperatorDay> days = [];
        foreach (var (number, day) in drawn.Days.Index())
        {
            var stops = day.Stops.OrderBy(stop => stop.Window.StartsAt)
                .Select((stop, order) => number == 0 && order > 0 ? stop
                    : order == 0 && number == 0 ? stop with { State = VisitState.Arrived, ArrivedAt = now.AddMinutes(-5) }
                    : stop.Window.EndsAt <= now ? stop with { State = VisitState.Completed, ArrivedAt = stop.Window.StartsAt } : stop).ToList();
            days.Add(Sketch.Day(day.Operator, Sketch.Tuesday, now, [.. stops]));
        }
        return new Drawn(days, [.. drawn.Waiting.Where(stop => stop.Window.EndsAt > now)]);
    }

    private static Dictionary<string, TimeSpan> LateOf(IEnumerable<OperatorDay> days) =>
        days.SelectMany(day => day.Timetable.Timings).ToDictionary(timing => timing.Stop.VisitId, timing => timing.Late);

    private static TimeSpan Travel(IEnumerable<OperatorDay> days) => days.Aggregate(TimeSpan.Zero, (sum, day) => sum + day.Timetable.Travel);

    private static string Told(Replanned found) => string.Join('\n', found.Moves.Select(move => $"{move.Stop.VisitId}: {move.From?.Operator.Id} -> {move.To.Operator.Id} ({move.Why})"));

    private static VisitOrder OrderOf()
    {
        Assert.Null(CallSamples.Ready().Order(CallSamples.Now, out var order));
        return order!;
    }
}
