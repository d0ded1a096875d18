using EServices.Application.Applications;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Platform.Hosting;
using EServices.Platform.Storage;

namespace EServices.Application.Simulations;

/// <summary>Carries out what was asked for, one simulation after the other and a page at a time, beside the service's own work.</summary>
internal sealed class SimulationRun(
    DocumentStore<Simulation> simulations, DocumentStore<ServiceApplication> applications, PinnedServices services, WorkingCalendar calendar, TimeProvider time, ILogger<SimulationRun> logger)
    : Sweep(Every, logger)
{
    private const int PageSize = 200;
    private const int PagesBetweenSaves = 10;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // True at start: a simulation may have been cut off.
    private volatile bool asked = true;

    public void Ask() => asked = true;

    public override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!asked)
            return;
        asked = false;
        try
        {
            await foreach (var simulation in simulations.AllAsync(Simulation.ByState.Where(SimulationState.Running), cancellationToken))
                await RunAsync(simulation, cancellationToken);
        }
        catch
        {
            asked = true;
            throw;
        }
    }

    public static IndexQuery<ServiceApplication> Applications(string serviceId, DateOnly? from, DateOnly? to, WorkingCalendar calendar)
    {
        var query = ApplicationDocuments.ByService.Where(serviceId);
        if (from is { } first)
            query = query.AtLeast(calendar.EndOf(first.AddDays(-1)));
        if (to is { } last)
            query = query.LessThan(calendar.EndOf(last));
        return query;
    }

    private async Task RunAsync(Simulation simulation, CancellationToken cancellationToken)
    {
        var judge = new ProposalJudge(simulation.Proposal, calendar, calendar.DateAt(time.GetUtcNow()));
        var query = Applications(simulation.ServiceId, simulation.From, simulation.To, calendar);
        for (var pages = 1; simulation.State == SimulationState.Running; pages++)
        {
            var page = await applications.ListAsync(query, simulation.Cursor, PageSize, cancellationToken);
            var effects = new List<(ServiceApplication, Effect)>(page.Items.Count);
            foreach (var application in page.Items)
                effects.Add((application, judge.Judge(application, await services.OfAsync(application.ServiceId, application.ServiceVersion, cancellationToken))));
            simulation.Count(effects, page.Next, time.GetUtcNow());
            if (page.Next is null || pages % PagesBetweenSaves == 0)
                await simulations.SaveAsync(simulation, cancellationToken);
        }
    }
}
