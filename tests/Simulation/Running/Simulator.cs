using EServices.Platform.Packs;
using EServices.Simulation.Checks;
using EServices.Simulation.Clients;
using EServices.Simulation.Hosting;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace EServices.Simulation.Running;

/// <param name="Choices">Made anew for every run of the plan.</param>
/// <param name="Replays">How often every queue is played again at the end.</param>
internal sealed record Plan(IReadOnlyList<Journey> Journeys, Func<Choices> Choices, int Replays = 1, Mutant Mutant = Mutant.None);

/// <param name="Decisions">Played as a script they give this run again.</param>
/// <param name="Steps">Of input and output before the storm was over; each could have been a crash point.</param>
internal sealed record Outcome(
    IReadOnlyList<string> Violations, History History, IReadOnlyList<Decision> Decisions, int Steps, Counts Counts, IReadOnlyDictionary<string, int> Finished);

/// <summary>Plays runs. The services are composed once; every run has its own stores, broker, people, time and chance. One run at a time.</summary>
internal sealed class Simulator
{
    private const int RestRounds = 60;

    private readonly IReadOnlyList<Blueprint> blueprints;
    private readonly StatePack pack;
    private readonly Beginning settled;

    /// <param name="packFolder">The state whose services are used.</param>
    public Simulator(string packFolder)
    {
        pack = State.Small(packFolder);
        blueprints =
        [
            Blueprint.Of("catalogue", typeof(Catalogue.Services.ServiceVersion), pack, []),
            Blueprint.Of("application", typeof(Application.Applications.ServiceApplication), pack, []),
            Blueprint.Of("payment", typeof(Payment.Bills.Bill), pack, [$"--Payment:Providers:{Cast.Provider}:Secrets:0={Cast.ProviderSecret}"]),
            Blueprint.Of("dispatch", typeof(Dispatch.Visits.Visit), pack, []),
            Blueprint.Of("notification", typeof(Notification.Messages.Message), pack, ["--ESERVICES_SANDBOX=true"]),
        ];
        settled = Settle();
    }

    public Outcome Run(Plan plan)
    {
        var choices = plan.Choices();
        var world = new World(blueprints, choices, plan.Journeys.Any(journey => journey.FromNothing) ? Beginning.Nothing : settled, plan.Mutant);
        var promises = new Promises();
        var violations = new List<string>();
        var steps = 0;
        try
        {
            foreach (var service in world.Services)
                service.Start();
            for (var place = 0; place < plan.Journeys.Count; place++)
            {
                var (journey, cast) = (plan.Journeys[place], new Cast(world, pack, promises, place + 1));
                world.Pump.Ready(null, () => _ = GoAsync(journey, cast));
            }
            world.Pump.Run(() => false);
            steps = choices.StepsSoFar;
            Rest(world);
            violations.AddRange(new Invariants(world, promises).Check());
            if (violations.Count == 0)
                violations.AddRange(Replayed(world, plan.Replays));
        }
        catch (Exception failure)
        {
            violations.Add($"run: {failure}");
        }
        return new Outcome(violations, world.History, choices.Taken, steps, world.Counts, promises.Finished);
    }

    private static async Task GoAsync(Journey journey, Cast cast)
    {
        var how = journey.Name;
        try
        {
            await journey.RunAsync(cast);
        }
        catch (GaveUpException)
        {
            how += " (given up)";
        }
        catch (Exception failure)
        {
            cast.World.Fail($"{journey} ended with {failure}");
        }
        cast.World.Note(journey.Name, "ended", note: how);
        cast.Promises.Finished[how] = cast.Promises.Finished.GetValueOrDefault(how) + 1;
    }

    /// <summary>The storm is over: time goes on until everything that is due has been done, then what was put aside is tried once more.</summary>
    private static void Rest(World world)
    {
        world.Choices.Settled = true;
        world.Note("checker", "calm");
        for (var tries = 0; tries < 2; tries++)
        {
            for (var round = 0; round < RestRounds; round++)
            {
                world.Clock.Pass(TimeSpan.FromMinutes(6));
                foreach (var service in world.Services)
                    service.Live?.Sweep();
                world.Pump.Run(() => false);
                if (round > 0 && world.Broker.UnderWay == 0 && world.Services.All(service => service.Live is not null && service.Disk.Collections.Values.All(collection => collection.Unsent.Count == 0)))
                    break;
            }
            if (world.Broker.Unpark() == 0)
                break;
        }
    }

    /// <summary>Every event to every queue again, so many times over: nothing may change but the marks of what was handled.</summary>
    private static IEnumerable<string> Replayed(World world, int times)
    {
        if (times == 0)
            return [];
        var before = Content(world);
        var races = world.Counts.Races;
        var events = world.Broker.Confirmed.ToList();
        var deliveries = world.Counts.Deliveries;
        for (var time = 0; time < times; time++)
        {
            foreach (var sent in time % 2 == 0 ? events : Enumerable.Reverse(events))
            {
                foreach (var queue in world.Broker.QueuesOf(sent.Type))
                    world.Broker.Send(queue, sent, TimeSpan.Zero);
            }
            world.Pump.Run(() => false);
        }
        // Counted apart: these deliveries prove less than those of the storm.
        (world.Counts.Replays, world.Counts.Deliveries, world.Counts.Races) = (world.Counts.Deliveries - deliveries, deliveries, races);
        foreach (var service in world.Services)
            service.Live?.Sweep();
        world.Pump.Run(() => false);
        var after = Content(world);
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal).Where(id => before.GetValueOrDefault(id) != after.GetValueOrDefault(id))
                .Select(id => $"replay: {id} was {before.GetValueOrDefault(id) ?? "not there"}, and is {after.GetValueOrDefault(id) ?? "gone"} after every event came again"),
            .. world.Failures.Select(failure => $"replay: {failure}"),
        ];
    }

    private static Dictionary<string, string> Content(World world)
    {
        var content = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in world.Services)
        {
            foreach (var (name, collection) in service.Disk.Collections)
            {
                foreach (var (id, document) in collection.Documents)
                {
                    var body = BsonSerializer.Deserialize<BsonDocument>(document.Body);
                    body.Remove("handled");
                    content[$"{service.Name}.{name}/{id}"] = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(body.ToBson()));
                }
            }
        }
        return content;
    }

    /// <summary>The stores of services that have started for the first time, and know the catalogue.</summary>
    private Beginning Settle()
    {
        var world = new World(blueprints, Choices.Script([]), Beginning.Nothing);
        foreach (var service in world.Services)
            service.Start();
        world.Pump.Run(() => false);
        Rest(world);
        return world.Failures.Count == 0
            ? new Beginning(world.Services.ToDictionary(service => service.Name, service => service.Disk), world.Broker.Confirmed)
            : throw new InvalidOperationException($"The services can't start: {string.Join("; ", world.Failures)}");
    }
}
