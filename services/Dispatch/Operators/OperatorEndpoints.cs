using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Dispatch.Operators;

internal static class OperatorEndpoints
{
    public static void MapOperators(this RouteGroupBuilder api) =>
        api.MapGet("/operators", ListAsync).Allow(Roles.Helpline, Roles.Operations)
            .WithName("ListOperators").WithTags("Operators").WithSummary("Who can be sent, by name; one district's with districtCode.")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);

    internal static async Task<Ok<Page<OperatorView>>> ListAsync(
        [FromQuery] string? districtCode, Paging paging, DocumentStore<Operator> operators, CancellationToken cancellationToken)
    {
        var query = districtCode is null ? OperatorDocuments.ByName.All : OperatorDocuments.ByDistrict.Where(districtCode);
        var page = await operators.ListAsync(query, paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(page.Select(OperatorView.Of));
    }
}

/// <param name="ShiftStart">Time of day in the state's zone.</param>
/// <param name="Active">False for one who gets no more visits.</param>
internal sealed record OperatorView(
    string Id, string Name, string Centre, string HomeTehsil, double Latitude, double Longitude, IReadOnlyList<string> Districts, IReadOnlyList<string> Skills,
    IReadOnlyList<string> Languages, TimeOnly ShiftStart, TimeOnly ShiftEnd, IReadOnlyList<string> WorkingDays, int MaxVisitsPerDay, bool Active)
{
    public static OperatorView Of(Operator known) => new(
        known.Id, known.Name, known.Centre, known.HomeTehsil, known.Latitude, known.Longitude, known.Districts, known.Skills, known.Languages,
        known.ShiftStart, known.ShiftEnd, [.. known.WorkingDays.Select(day => day.ToString().ToLowerInvariant())], known.MaxVisitsPerDay, known.Active);
}
