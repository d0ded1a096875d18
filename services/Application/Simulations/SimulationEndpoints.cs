using System.Text.Json;
using EServices.Application.Applications;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Contracts.Catalogue;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Application.Simulations;

/// <summary>Rules to try on past applications; at least one of fee, time limit and form.</summary>
/// <param name="From">First day on which they were handed in; all where it is left out.</param>
/// <param name="To">Last day.</param>
internal sealed record NewSimulation(string? ServiceId, FeeRule? Fee, int? TimeLimitDays, JsonElement? FormSchema, DateOnly? From, DateOnly? To);

/// <summary>Whom rules would have affected: counts and sums alone.</summary>
/// <param name="Total">How many were to be looked at when it was asked for.</param>
internal sealed record SimulationView(
    string Id, string ServiceId, SimulationState State, long Total, Figures All, IReadOnlyList<FiguresBy> ByChannel, IReadOnlyList<FiguresBy> ByDepartment,
    IReadOnlyList<FiguresBy> ByDistrict, IReadOnlyList<FailingField> Fields, DateOnly? From, DateOnly? To, DateTimeOffset AskedAt, DateTimeOffset? DoneAt)
{
    public static SimulationView Of(Simulation simulation) => new(
        simulation.Id, simulation.ServiceId, simulation.State, simulation.Total, simulation.All, By(simulation, "channel"), By(simulation, "department"), By(simulation, "district"),
        simulation.Fields, simulation.From, simulation.To, simulation.AskedAt, simulation.DoneAt);

    private static List<FiguresBy> By(Simulation simulation, string by) => [.. simulation.Groups.Where(group => group.By == by)];
}

/// <summary>For catalogue-managers: what a definition's rules would have meant, before it is launched. No person's data leaves with it.</summary>
internal static class SimulationEndpoints
{
    private const int MostRunning = 8;
    private const long HighestPaise = 10_000_000;
    private const int MostLines = 100;

    public static void MapSimulations(this IEndpointRouteBuilder api)
    {
        var simulations = api.MapGroup("/applications/simulations").Allow(Roles.CatalogueManager).WithTags("Simulations");
        simulations.MapPost("", BeginAsync).Once<Simulation>().WithName("BeginSimulation")
            .WithSummary("Runs a proposed fee, time limit or form over past applications: how many would have been affected, by channel, department and district. It goes on behind the answer.")
            .ProducesProblem(400).ProducesProblem(409);
        simulations.MapGet("/{id}", ReadAsync).WithName("ReadSimulation")
            .WithSummary("How far a simulation is, and what it has counted so far: numbers and sums, never a person's data.").ProducesProblem(404);
    }

    private static async Task<Results<Accepted<SimulationView>, ProblemHttpResult>> BeginAsync(
        NewSimulation wanted, Caller caller, Once once, KnownServices services, DocumentStore<Simulation> simulations, DocumentStore<ServiceApplication> applications, SimulationRun run,
        WorkingCalendar calendar, Ids ids, TimeProvider time, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(wanted.ServiceId, "/serviceId", 100)
            .That(wanted.Fee is not null || wanted.TimeLimitDays is not null || wanted.FormSchema is not null, "", "nothing-proposed", "At least one of 'fee', 'timeLimitDays' and 'formSchema'.")
            .That(wanted.TimeLimitDays is null or (>= 1 and <= 1000), "/timeLimitDays", "range", "From 1 to 1000.")
            .That(wanted.From is null || wanted.To is null || wanted.From <= wanted.To, "/to", "range", "Not before 'from'.");
        if (wanted.Fee is { } fee)
            Check(fee, checks);
        if (wanted.FormSchema is { } schema)
            Check(schema, checks);
        if (!checks.Passed)
            return checks.Problem();
        if (await services.CurrentAsync(wanted.ServiceId!, cancellationToken) is null)
            return new Checks().That(false, "/serviceId", "unknown", "No launched service has this id.").Problem();
        if (await simulations.CountAsync(Simulation.ByState.Where(SimulationState.Running), cancellationToken) >= MostRunning)
            return Problems.Of(StatusCodes.Status409Conflict, "too-many-simulations", $"{MostRunning} simulations are running; ask again when one of them is done.");

        var total = await applications.CountAsync(SimulationRun.Applications(wanted.ServiceId!, wanted.From, wanted.To, calendar), cancellationToken);
        var simulation = Simulation.Begin(
            ids.New("sim"), wanted.ServiceId!, new Proposal(wanted.Fee, wanted.TimeLimitDays, wanted.FormSchema), wanted.From, wanted.To, caller.Subject, time.GetUtcNow(), total);
        var answer = await once.SaveAsync(
            simulations, simulation, TypedResults.Accepted($"/api/v1/applications/simulations/{simulation.Id}", SimulationView.Of(simulation)), cancellationToken);
        run.Ask();
        return answer;
    }

    private static async Task<Results<Ok<SimulationView>, ProblemHttpResult>> ReadAsync(string id, DocumentStore<Simulation> simulations, CancellationToken cancellationToken) =>
        await simulations.FindAsync(id, cancellationToken) is { } simulation ? TypedResults.Ok(SimulationView.Of(simulation)) : Problems.NotFound("simulation", id);

    private static void Check(FeeRule fee, Checks checks)
    {
        if (fee.Lines is not { Count: <= MostLines } lines)
        {
            checks.That(false, "/fee/lines", "required", $"A list of at most {MostLines} lines.");
            return;
        }
        for (var place = 0; place < lines.Count; place++)
        {
            checks.That(lines[place]?.Channels is not null, $"/fee/lines/{place}/channels", "required", "The channels; an empty list for all.")
                .That(lines[place] is { Paise: >= 0 and <= HighestPaise }, $"/fee/lines/{place}/paise", "range", $"From 0 to {HighestPaise}.");
        }
    }

    private static void Check(JsonElement schema, Checks checks)
    {
        try
        {
            checks.That(schema.ValueKind == JsonValueKind.Object, "/formSchema", "type", "A JSON Schema of an object.");
            FormSchema.Compile(schema);
        }
        catch (NotSupportedException unreadable)
        {
            checks.That(false, "/formSchema", "schema", unreadable.Message);
        }
    }
}
