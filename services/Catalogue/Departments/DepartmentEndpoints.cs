using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform.Packs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Departments;

internal static class DepartmentEndpoints
{
    public static void MapDepartments(this RouteGroupBuilder api) =>
        api.MapGet("/departments", List).AllowAnonymous().WithTags("Catalogue").WithName("listDepartments")
            .WithSummary("Departments with the number of services that each has online").ProducesProblem(400).AddEndpointFilter<PublicCache>();

    internal static Results<Ok<DepartmentList>, ProblemHttpResult> List(string? lang, Shelf shelf, StatePack pack)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        var online = shelf.Now.Launched.CountBy(service => service.Launched.DepartmentId).ToDictionary();
        return TypedResults.Ok(new DepartmentList([.. pack.Departments.Select(department => new DepartmentView(
            department.Id, department.Name.In(language), department.Name, department.LgdCode, department.Parent, online.GetValueOrDefault(department.Id)))]));
    }
}

internal sealed record DepartmentList(IReadOnlyList<DepartmentView> Items);

/// <param name="LgdCode">Organisation code in the Local Government Directory, where it has one.</param>
/// <param name="Online">How many of its services can be asked for.</param>
internal sealed record DepartmentView(string Id, string Name, Localised Names, string? LgdCode, string? Parent, int Online);
