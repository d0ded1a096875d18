using EServices.Application.Forms;
using EServices.Application.Timeline;
using EServices.Contracts;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Application.Applications;

/// <param name="Citizen">For whom. A citizen applies for themselves and may leave it out; their own mobile is taken from the token.</param>
/// <param name="VisitId">The visit at the door in which it is filled in, if any.</param>
/// <param name="DistrictCode">LGD code; says which office it goes to.</param>
internal sealed record NewApplication(string? ServiceId, Channel? Channel, NewApplicant? Citizen, string? VisitId, string? DistrictCode, string? TehsilCode);

internal sealed record NewApplicant(string? Mobile, string? Name, string? Language);

internal static class DraftEndpoints
{
    public static void MapDrafts(this IEndpointRouteBuilder api) =>
        api.MapPost("/applications", BeginAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline)
            .Once<ServiceApplication>()
            .WithName("BeginApplication").WithTags("Applications")
            .WithSummary("Begins an application as a draft, pinned to the service's version in force now.")
            .ProducesProblem(400).ProducesProblem(409);

    private static async Task<Results<Created<ApplicationView>, ProblemHttpResult>> BeginAsync(
        NewApplication wanted, Caller caller, Once once, KnownServices services, PinnedServices pinned, Access access, Cases cases, StatePack pack,
        DocumentStore<ServiceApplication> applications, Ids ids, TimeProvider time, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(wanted.ServiceId, "/serviceId", 100);
        if (wanted.Channel is null)
            checks.That(false, "/channel", "required", "online, centre or doorstep.");
        var citizen = Applicant(wanted.Citizen, caller, pack, checks);
        var place = access.Place(wanted.DistrictCode, wanted.TehsilCode);
        checks.That(place is not null, wanted.DistrictCode is null ? "/tehsilCode" : "/districtCode", "unknown", "No district and tehsil of this state, by LGD code, that belong together.")
            .That(wanted.VisitId is null or { Length: > 0 and <= 60 }, "/visitId", "too-long", "At most 60 characters.");
        if (!checks.Passed)
            return checks.Problem();

        var service = await services.CurrentAsync(wanted.ServiceId!, cancellationToken);
        if (ServiceApplication.RefusesDraft(service, wanted.ServiceId!, wanted.Channel!.Value) is { } refusal)
            return Problems.Of(refusal);
        var terms = await pinned.OfAsync(service!.ServiceId, service.ServiceVersion, cancellationToken);
        var draft = ServiceApplication.Begin(
            ids.New("app"), terms, wanted.Channel.Value, citizen, place!, wanted.VisitId, Actor.Of(caller), time.GetUtcNow());
        return await once.SaveAsync(
            applications, draft, TypedResults.Created($"/api/v1/applications/{draft.Id}", cases.View(new Case(draft, terms, access.PartOf(caller, draft)))), cancellationToken);
    }

    private static Person Applicant(NewApplicant? given, Caller caller, StatePack pack, Checks checks)
    {
        var mobile = caller.Mobile ?? "";
        if (!caller.IsCitizen)
            checks.Mobile(given?.Mobile, "/citizen/mobile", out mobile);
        else if (given?.Mobile is { } own)
            checks.That(Mobile.TryNormalise(own, out var normalised) && normalised == caller.Mobile, "/citizen/mobile", "not-yours", "A citizen applies under the number they signed in with.");
        var name = given?.Name ?? (caller.IsCitizen ? caller.Name : "");
        checks.Required(name, "/citizen/name");
        var language = given?.Language ?? pack.About.Languages[0].Tag;
        checks.That(pack.About.Languages.Any(known => known.Tag == language), "/citizen/language", "unknown", $"One of: {string.Join(", ", pack.About.Languages.Select(known => known.Tag))}.");
        return new Person(mobile, Aadhaar.Mask(name.Trim()), language);
    }
}
