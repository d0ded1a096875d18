using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Application.Workflow;
using EServices.Platform.Storage;
using EServices.Platform.Web;

namespace EServices.Application.Applications;

/// <summary>An application as an endpoint holds it: with its pinned service and what the caller is to it.</summary>
internal sealed record Case(ServiceApplication Application, PinnedService Service, Part Part);

/// <summary>Opens applications for callers. One that the caller may not see is not found.</summary>
internal sealed class Cases(DocumentStore<ServiceApplication> applications, PinnedServices services, Access access, WorkingCalendar calendar, TimeProvider time)
{
    public DateOnly Today => calendar.DateAt(time.GetUtcNow());

    public async Task<Case?> OpenAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        await applications.FindAsync(id, cancellationToken) is { } application && access.PartOf(caller, application) is var part and not Part.None
            ? new Case(application, await services.OfAsync(application.ServiceId, application.ServiceVersion, cancellationToken), part)
            : null;

    public ApplicationView View(Case opened) => opened.Application.For(opened.Part, opened.Service, Today);
}
