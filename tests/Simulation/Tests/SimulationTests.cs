using EServices.Simulation.Clients;
using EServices.Simulation.Running;

namespace EServices.Simulation.Tests;

/// <summary>The slice of the simulation that every build plays, and what makes its silence worth something: it repeats itself exactly, and it can find.</summary>
public sealed class SimulationTests(SimulatorFixture fixture, ITestOutputHelper output)
{
    private const long EnoughDeliveries = 100_000;

    /// <summary>Every so many steps of each journey a crash before and after it; the long run takes every one.</summary>
    private const int EverySteps = 6;

    public static TheoryData<string> Names => [.. Journeys.All.Select(journey => journey.Name)];

    [Fact]
    public void Slice_OfTheLongRun_BreaksNothing()
    {
        var campaign = new Campaign(fixture.Simulator);
        foreach (var journey in Journeys.All)
        {
            campaign.Exhaust(journey, seed: 1, EverySteps);
            campaign.Pairs(journey, seed: 2, count: 20);
        }
        for (var seed = 1; campaign.Deliveries + campaign.Replays < EnoughDeliveries && campaign.Findings.Count == 0; seed++)
            campaign.Seed(seed);

        output.WriteLine($"{campaign.Runs} runs, {campaign.Deliveries} deliveries and {campaign.Replays} more replayed, {campaign.CrashPoints} crash points, {campaign.ConflictsInjected} conflicts injected, "
            + $"{campaign.Races} met, {campaign.OtherFaults} other faults, {campaign.Elapsed.TotalSeconds:F0} s");
        Assert.True(campaign.Findings.Count == 0, string.Join(Environment.NewLine, campaign.Findings.Take(5).Select(found => $"{found.What}: {found.Outcome.Violations[0]}")));
        Assert.True(campaign.Deliveries > 10_000 && campaign.CrashPoints > 500 && campaign.ConflictsInjected > 0 && campaign.Races > 0 && campaign.OtherFaults > 0);
        Assert.All(Journeys.All, journey => Assert.True(campaign.Finished.GetValueOrDefault(journey.Name) > 0, $"no {journey} came to its end"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Journey_OnACalmDay_ComesToItsEnd(string name)
    {
        var outcome = fixture.Simulator.Run(new Plan([Journeys.Named(name)], () => Choices.Script([]), Replays: 10));

        Assert.Empty(outcome.Violations);
        Assert.Equal([name], outcome.Finished.Keys);
        Assert.True(outcome.Counts.Deliveries > 10 && outcome.Counts.Replays > 10 * outcome.Counts.Deliveries);
    }

    [Fact]
    public void Run_OfTheSameSeed_TakesTheSameCourse()
    {
        var campaign = new Campaign(fixture.Simulator);

        var hashes = Enumerable.Range(300, 6).Select(seed => (First: campaign.Seed(seed).History.Hash(), Again: campaign.Seed(seed).History.Hash())).ToList();

        Assert.All(hashes, hash => Assert.Equal(hash.First, hash.Again));
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void Script_OfARunsDecisions_IsTheRun()
    {
        var plan = new Campaign(fixture.Simulator).PlanOf(seed: 301);
        var drawn = fixture.Simulator.Run(plan);

        var played = fixture.Simulator.Run(plan with { Choices = () => Choices.Script(drawn.Decisions) });

        Assert.NotEmpty(drawn.Decisions);
        Assert.Equal(drawn.History.Hash(), played.History.Hash());
    }

    [Theory]
    [InlineData(nameof(Mutant.AnswersBeforeSaving))]
    [InlineData(nameof(Mutant.AcknowledgesBeforeReacting))]
    [InlineData(nameof(Mutant.ForgetsInbox))]
    [InlineData(nameof(Mutant.PublishesBeforeSaving))]
    public void PlantedBug_IsFound_AndItsHistoryShortened(string name)
    {
        const int Seeds = 40;
        var campaign = new Campaign(fixture.Simulator, Enum.Parse<Mutant>(name));
        var seed = 1;
        while (campaign.Findings.Count == 0 && seed <= Seeds)
            campaign.Seed(seed++);
        Assert.True(campaign.Findings.Count > 0, $"{name} was not found in {Seeds} seeds.");
        var found = campaign.Findings[0];

        var (plan, shortest, runs) = Shrinker.Shrink(fixture.Simulator, found.Plan, found.Outcome);

        output.WriteLine($"{name}: found at seed {seed - 1}, shortened in {runs} runs from {found.Outcome.Decisions.Count} decisions to {shortest.Decisions.Count}: {shortest.Violations[0]}");
        Assert.NotEmpty(shortest.Violations);
        Assert.True(shortest.Decisions.Count <= found.Outcome.Decisions.Count && plan.Journeys.Count <= found.Plan.Journeys.Count);
        Assert.True(shortest.History.Count <= found.Outcome.History.Count);
        Assert.Equal(shortest.History.Lines(), fixture.Simulator.Run(plan).History.Lines());
    }
}
